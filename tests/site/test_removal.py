"""A figure that is taken away leaves nothing behind: its files run as the modules that they are."""

from __future__ import annotations

from site_visit import Visit


def test_a_figure_that_is_taken_away_leaves_nothing_behind(visit: Visit):
    """Drawn and removed twice: no listener stays on the model, no timer, no element."""
    from nnbook.figures import Activation

    fig = Activation()
    state = {key: getattr(fig, key) for key in fig.own_traits() if key != "tables"}
    tables = {n: {k: list(v) for k, v in t.items()} for n, t in fig.tables.items()}
    visit.page.goto(f"{visit.site}/src/nnbook/figures/kit/kit.css")
    left = visit.page.evaluate(
        """async ([state, tables, html]) => {
          const bytes = (v) => new DataView(new Uint8Array(v).buffer);
          for (const t of Object.values(tables)) for (const k in t) t[k] = bytes(t[k]);
          const listeners = new Map();
          const values = { ...state, tables, _html: html };
          const model = {
            get: (k) => values[k],
            set: (k, v) => {
              values[k] = v;
              for (const f of listeners.get(`change:${k}`) ?? []) f();
            },
            on: (e, f) => { listeners.set(e, [...(listeners.get(e) ?? []), f]); },
            off: (e, f) => { listeners.set(e, (listeners.get(e) ?? []).filter((g) => g !== f)); },
            save_changes() {},
          };
          const timers = new Set();
          const [set, clear] = [window.setTimeout, window.clearTimeout];
          window.setTimeout = (f, ms) => {
            const t = set(() => { timers.delete(t); f(); }, ms);
            timers.add(t);
            return t;
          };
          window.clearTimeout = (t) => { timers.delete(t); clear(t); };
          const { default: widget } = await import('/src/nnbook/figures/activation/figure.js');
          const el = document.body;
          for (let k = 0; k < 2; k++) {
            const stop = widget.render({ model, el });
            model.set("w", 2 + k);
            await Promise.resolve();
            stop();
          }
          const frozen = el.innerHTML;
          model.set("w", -3);
          await Promise.resolve();
          return {
            listeners: [...listeners.values()].flat().length, timers: timers.size,
            drawings: el.querySelectorAll("svg").length, changed: frozen !== el.innerHTML,
          };
        }""",
        [state, tables, fig._html],
    )
    assert left == {"listeners": 0, "timers": 0, "drawings": 0, "changed": False}
