export function mount() {
  return { run() {}, dispose() {} };
}
