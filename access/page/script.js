const { who, statements, callers, answers } = JSON.parse(document.getElementById("data").textContent);
const dialog = document.getElementById("evidence");
const lines = [...document.querySelectorAll("#lines tbody tr")];
const texts = new Map(lines.map((line) => [line, line.textContent.toLowerCase()]));

function block(name, text) {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}

function show({ verdict, request, caller, by }) {
  document.getElementById("verdict").textContent = `${verdict}: ${request.action}`;
  document.getElementById("request").textContent = JSON.stringify(request, null, 2);
  document.getElementById("caller").textContent = JSON.stringify(callers[caller], null, 2);
  const shown = by.flatMap((place) => {
    const { policy, statement } = statements[place];
    return [block("h3", policy), block("pre", JSON.stringify(statement, null, 2))];
  });
  const none = block("p", "No statement allows it.");
  document.getElementById("statements").replaceChildren(...(shown.length > 0 ? shown : [none]));
  dialog.showModal();
}

function sort(table, column, heading) {
  const ascending = heading.getAttribute("aria-sort") !== "ascending";
  for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
  const key = (row) => row.cells[column].textContent;
  const rows = [...table.tBodies[0].rows].map((row) => [key(row), row]);
  const order = new Intl.Collator("en", { numeric: true }).compare;
  rows.sort(([a], [b]) => (ascending ? order(a, b) : order(b, a)));
  table.tBodies[0].append(...rows.map(([, row]) => row));
}

function filter() {
  const words = document.getElementById("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const line of lines) {
    const text = `${texts.get(line)}\n${who[line.dataset.who]}`;
    line.hidden = !words.every((word) => text.includes(word));
    if (!line.hidden) count += 1;
  }
  document.getElementById("count").textContent = `${count} of ${lines.length} lines`;
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (button?.dataset.answer) show(answers[button.dataset.answer]);
  const heading = button?.closest("thead th");
  if (heading) sort(heading.closest("table"), heading.cellIndex, heading);
});
document.getElementById("filter").addEventListener("input", filter);
filter();
