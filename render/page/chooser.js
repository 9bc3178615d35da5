// Draws any quantity over any two axes as a coloured table, from the data of the element #choice.
{
  const data = JSON.parse(document.getElementById("choice").textContent);
  const [what, down, across] = document.querySelectorAll("#chooser select");
  const place = document.getElementById("chosen");
  const option = (text, value) => new Option(text, value);
  data.names.forEach((name, at) => what.add(option(name, at)));
  for (const box of [down, across]) data.axes.forEach((axis, at) => box.add(option(axis.name, at)));
  across.value = Math.min(1, data.axes.length - 1);
  const few = (value) => String(Number(value.toPrecision(4))).replace("-", "−");
  const draw = () => {
    const alone = down.value === across.value;  // one axis is one row
    const columns = data.axes[across.value];
    const rows = alone ? { name: "", values: [""] } : data.axes[down.value];
    const values = data.values[what.value];
    const sums = rows.values.map(() => columns.values.map(() => [0, 0]));
    const kinds = sums.map((row) => row.map(() => new Set()));  // the categories of the cells
    data.cells.forEach((cell, at) => {
      for (const kind of data.over[at] || []) kinds[alone ? 0 : cell[down.value]][cell[across.value]].add(kind);
      if (values[at] === null) return;
      const sum = sums[alone ? 0 : cell[down.value]][cell[across.value]];
      sum[0] += values[at]; sum[1] += 1;
    });
    const means = sums.map((row) => row.map(([sum, count]) => (count ? sum / count : NaN)));
    const finite = means.flat().filter(Number.isFinite);
    const [low, high] = [Math.min(...finite), Math.max(...finite)];
    const table = document.createElement("table");
    table.className = "heat";
    table.createCaption().textContent = (alone ? "" : `${rows.name} down, `) + `${columns.name} across`;
    const head = (row, text) => row.appendChild(Object.assign(document.createElement("th"), { textContent: text }));
    const top = table.createTHead().insertRow();
    top.insertCell();
    columns.values.forEach((name) => head(top, name));
    const body = table.createTBody();
    const names = kinds.map((row) => row.map((some) => [...some].sort().join(" / ")));
    const edge = (cell, name, one, other) => { if (one && other && one !== other) cell.classList.add(name); };
    means.forEach((line, at) => {
      const row = body.insertRow();
      head(row, rows.values[at]);
      line.forEach((mean, column) => {
        const cell = row.insertCell();
        cell.textContent = Number.isFinite(mean) ? few(mean) : "–";
        const kind = names[at][column];
        if (kind) cell.append(Object.assign(document.createElement("small"), { textContent: kind }));
        if (column) edge(cell, "l", kind, names[at][column - 1]);
        if (at) edge(cell, "t", kind, names[at - 1][column]);
        cell.style.setProperty("--v", high > low && Number.isFinite(mean) ? (mean - low) / (high - low) : 0);
      });
    });
    place.replaceChildren(table);
  };
  for (const box of [what, down, across]) box.addEventListener("change", draw);
  document.getElementById("chooser").hidden = false;
  draw();
}
