/**
 * The lowest version that a Terraform constraint allows, as `[major, minor]`; `[0, 0]` where nothing bounds it below.
 * @param constraint - such as `~> 6.33` or `>= 6.33, < 7`
 * @see https://developer.hashicorp.com/terraform/language/expressions/version-constraints
 */
export function lowestVersion(constraint: string): readonly [number, number] {
  const bounds = constraint.split(",").flatMap((term): (readonly [number, number])[] => {
    const [, operator = "", major, minor = "0"] = /^\s*(~>|>=|<=|!=|=|>|<)?\s*(\d+)(?:\.(\d+))?/.exec(term) ?? [];
    if (major === undefined || ["<=", "<", "!="].includes(operator)) return [];
    return [[Number(major), Number(minor)]];
  });
  return bounds.reduce(
    (low, each) => (low[0] > each[0] || (low[0] === each[0] && low[1] > each[1]) ? low : each),
    [0, 0],
  );
}
