/** Puts what stands in a field on the clipboard; whether that went well. Where it did not, the field is selected, and the keys of the system do it. */
export async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch { /* there is no clipboard over plain http from another machine, and the browser may keep it from pages */ }
  field.focus();
  field.select();
  return document.execCommand('copy');
}
