/** What the report's words mean. */
export const LEGEND: readonly { readonly term: string; readonly meaning: string }[] = [
  { term: "yes", meaning: "these statements allow it" },
  { term: "no", meaning: "nothing allows it" },
  { term: "denied", meaning: "these statements deny it, whatever allows it" },
  {
    term: "own, another's, nobody's",
    meaning:
      "it bears the own team's tag, another team's, or none; of something new, that is the tag which the request gives it",
  },
  { term: "its team", meaning: "to give one's own to another team, to take another's, to claim what has none" },
  { term: "profiles, spaces, apps", meaning: "one's own, another person's of the same team, nobody's" },
  { term: "roles", meaning: "those of one's own, another group's or team's, any other" },
  { term: "buckets, keys, repositories, databases", meaning: "the group's, another team's, any other" },
  { term: "*", meaning: "AWS knows no resource type for the action; lists tell names of every team" },
  { term: "by a condition key", meaning: "with the own team's value (or the prescribed one), with another, without" },
  {
    term: "what a policy names itself",
    meaning: "under own; under nobody's anything else of its kind, or the same without what “where” asks for",
  },
  { term: "·", meaning: "there is no such thing" },
];
