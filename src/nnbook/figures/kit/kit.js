// The kit: what a figure's own file, and the parts that several share, import. Each file has one subject.
export { SUB, add, clamp, find, fmt, mapped, onKey, polyline, power, science, uid } from "./base.js";
export { knob, settings } from "./controls.js";
export { arrow, axes, clipped, heat, logScale, scale, ticks } from "./axes.js";
export { array, table } from "./tables.js";
export { ghost, handle, spot } from "./handles.js";
export { figure } from "./frame.js";
