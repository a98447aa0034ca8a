// What XML has no place for (U+000B comes with text from word processors, half a character with a broken one) would have the server refuse all of a text.
export const xmlText = (text) => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, ' ').toWellFormed();
