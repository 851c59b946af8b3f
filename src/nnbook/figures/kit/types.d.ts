// The types of what figures, the kit and the page pass to each other, for `make check-js` and editors.
// Their names are global, so that no file imports them; nothing of this file is shipped.

type Point = [x: number, y: number];

/** From data to pixels: `s(v)`, and back: `s.invert(p)`. */
interface Scale {
  (v: number): number;
  domain: [from: number, to: number];
  range: [from: number, to: number];
  log?: boolean;
  invert(p: number): number;
}

/** About how many marks an axis has, or the marks themselves: numbers, or [number, text]. */
type Marks = number | (number | [number, string])[];

/** An array as pack.py packs it, and as `array` reads it. */
interface Packed {
  shape: number[];
  dtype: "f4" | "i2" | "u1";
  scale: number;
  data: ArrayBufferView<ArrayBuffer>;
}
interface Unpacked {
  shape: number[];
  values: Float64Array;
  at(...index: number[]): number;
  part(...index: number[]): Float64Array;
}

/** A function that polygon.py sampled, as the bytes that `table` reads, and what it makes of them. */
type Sampled = ArrayBufferView<ArrayBuffer>;
interface Lookup {
  at: (v: number) => number;
  points(low: number, high: number): Point[]; // the polygon itself: its ends, and every point between
}

/** What a slider shows: from `min` to `max` by `step`, with so many digits. */
interface Span {
  min: number;
  max: number;
  step: number;
  digits: number;
}

/** What a reader can set, as controls.py declares it; shown where the traits in `only_if` have these values. */
interface Slider extends Span {
  kind: "slider";
  label: string;
  wait?: number;
  only_if?: Record<string, string>;
}
interface Choice {
  kind: "choice";
  label: string;
  options: Record<string, string>;
  order: string[];
  only_if?: Record<string, string>;
}
interface Switch {
  kind: "switch";
  label: string;
  only_if?: Record<string, string>;
}
interface Order {
  kind: "order";
  label: string;
  lines: [key: string, text: string][];
  only_if?: undefined;
}
interface Points {
  kind: "points";
  label: string;
  last: number; // steps of the grid
  only_if?: Record<string, string>;
}
/** A text that is set in the picture alone; `pattern` says which texts there are. */
interface Drawn {
  kind: "drawn";
  label: string;
  pattern: string;
  tries: string[];
  only_if?: undefined;
}
type Value = string | number | boolean;
type Control = Slider | Choice | Switch | Order | Points | Drawn;
type ControlOf<Set> = Set extends number ? Slider : Set extends boolean ? Switch : Choice;

/** A numeric trait with its range: what sliders, handles and keys turn. */
interface Knob extends Span {
  get(): number;
  set(v: number): void;
  snap(v: number): number; // the nearest number that the slider can show
  index(): number; // of its step, 0 at `min`
  text(): string;
  turn(steps: number): void;
}

/** What a reader is asked to predict, as predict.py declares it. */
interface Asked {
  key: string;
  ask: string;
  explain: string;
  before: Record<string, Value>; // the settings while it is asked
  after: Record<string, Value>; // and those that show the answer
}
interface AskedChoice extends Asked {
  kind: "choice";
  options: [text: string, meaning: string][];
  right: number;
}
interface AskedNumber extends Asked {
  kind: "number";
  label: string;
  truth: number;
  tolerance: number;
  digits: number;
  mistakes: [number, string][];
}
interface AskedPosition extends Asked {
  kind: "position";
  control: string;
  truth: number;
  digits?: undefined;
  tolerance: number;
}
type Question = AskedChoice | AskedNumber | AskedPosition;

/** The traits of every figure (figure.py). */
interface Common {
  _html: string;
  questions: Question[];
  opening: Record<string, Value>;
  predict: string;
  guess: number | null;
  shown: boolean;
}

/** A figure as the frame sees it: what a reader can set it learns from `controls`. */
interface Declared extends Common {
  controls: Record<string, Control>;
  constants: Record<string, unknown>; // numbers that Python and the drawing share
  [setting: string]: unknown;
}

/** All traits of a figure: those of every figure, those that a reader sets, those that Python computed. */
type Traits<Settings, Data> = Common & Settings & Data & {
  controls: { [K in keyof Settings]: ControlOf<Settings[K]> };
};
type Read<T> = <K extends keyof T>(key: K) => T[K];

/** Something that is dragged in the picture; where several could be meant, the nearest is. */
interface Grip {
  grab(event: PointerEvent, here: Point): void;
  distance(here: Point): number;
}
interface Picture extends SVGSVGElement {
  handles?: Grip[];
}

/** What a figure's drawing gets. */
interface Stage<Settings = object, Data = object, Live = unknown> {
  svg: Picture;
  width: number;
  height: number;
  signal: AbortSignal; // aborted when the size changes
  get: Read<Traits<Settings, Data>>;
  read<K extends (keyof Traits<Settings, Data>)[]>(...keys: K): { [I in keyof K]: Traits<Settings, Data>[K[I]] };
  set(values: Partial<Traits<Settings, Data>>): void;
  knob(name: { [K in keyof Settings]: Settings[K] extends number ? K : never }[keyof Settings]): Knob;
  live?: Live; // in a browser: what goes on by itself
}

/** What a figure gets of its page once, to do something beside drawing. */
interface Page<Settings = object, Data = object>
  extends Pick<Stage<Settings, Data>, "get" | "read" | "set" | "signal"> {
  root: HTMLElement;
  again(): void; // draw anew
}
type Begin = (page: Page) => unknown;

/** Python in the page, where there is one: start.js puts it into the window. */
interface PythonOfPage {
  consult(message: object, watch: (loaded: number, total: number) => void): Promise<any>;
}

/** What a drawing says of itself each time it is drawn. */
interface Drawing {
  out: Record<string, string>; // the numbers beside the picture
  say: string;
  rows: (number | string)[][]; // of the table
  current?: string; // the number that was filled last
  failed?: number; // the line of an order, from 0, that went wrong
}
type Stager<Settings = object, Data = object, Live = any> =
  (stage: Stage<Settings, Data, Live>) => () => Drawing;

/** A widget's traits as a host has them: https://anywidget.dev/en/afm/ */
interface Model<T = Declared> {
  get: Read<T>;
  set(key: string, value: unknown): void;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
  save_changes(): void;
}
interface Host<T = Declared> {
  model: Model<T>;
  el: HTMLElement;
}

/** What the module of a figure or a quiz gives the page. */
interface Program {
  render(host: Host<any>): () => void;
  follow?(host: Pick<Host<any>, "model">, query: string): void;
}
interface Widget {
  initialize?(host: { model: object }): void;
  render(host: { model: object; el: HTMLElement }): void;
  follow?(host: { model: object }, query: string): void;
  settings?(host: { model: object }): string;
}
interface Window {
  nnPython?: PythonOfPage;
  nnFront: Record<string, any>; // the kit, and what makes each figure of it, by name
}

/** The DOM makes text of numbers and truth values by itself. */
interface Element {
  setAttribute(name: string, value: string | number | boolean): void;
}

/** What a selector finds in a page: HTML, of the kind that the selector begins with. */
type Found<Selector> = Selector extends `input${string}`
  ? HTMLInputElement
  : Selector extends `button${string}`
    ? HTMLButtonElement
    : HTMLElement;
interface ParentNode {
  querySelectorAll<Selector extends string>(selector: Selector): NodeListOf<Found<Selector>>;
}

// Of Sphinx's search.
declare const DOCUMENTATION_OPTIONS: { SHOW_SEARCH_SUMMARY: boolean };
declare const Search: { htmlToText: (html: string, anchor?: string) => string };
