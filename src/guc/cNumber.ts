/** Reading numbers from the front of a text as C's `strtol` and `strtod` do in the C locale; the rules behind guc.c's. */

/** What was read and where reading stopped; `end` is 0 when the text does not begin with a number. */
export interface CNumber {
  readonly value: number;
  readonly end: number;
  /** C's ERANGE: too large, or so small that digits were lost. */
  readonly outOfRange: boolean;
}

const nothing: CNumber = { value: 0, end: 0, outOfRange: false };

const longMax = 2n ** 63n - 1n;
const smallestNormal = 2.2250738585072014e-308;

/** `strtol(text, &end, 0)` with a 64-bit long: `0x` is hexadecimal, a leading `0` octal. */
export function readLong(text: string): CNumber {
  const match = /^[ \t-\r]*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)/.exec(text);
  const digits = match?.[2];
  if (!match || digits === undefined) {
    return nothing;
  }
  const octal = digits.length > 1 && /^0[0-7]/.test(digits);
  const size = BigInt(octal ? `0o${digits.slice(1)}` : digits);
  const negative = match[1] === '-';
  return {
    value: Number(negative ? -size : size),
    end: match[0].length,
    outOfRange: size > (negative ? longMax + 1n : longMax),
  };
}

/** `strtod(text, &end)`: decimal and hexadecimal floating point, `inf` and `nan` in any case. */
export function readDouble(text: string): CNumber {
  const match =
    /^[ \t-\r]*([+-]?)(?:0[xX]((?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)(?:[pP][+-]?[0-9]+)?)|((?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(inf(?:inity)?)|(nan(?:\([0-9a-zA-Z_]*\))?))/i.exec(
      text,
    );
  if (!match) {
    return nothing;
  }
  const [whole, sign, hexadecimal, decimal, infinity] = match;
  const end = whole.length;
  if (hexadecimal === undefined && decimal === undefined) {
    return { value: infinity === undefined ? NaN : sign === '-' ? -Infinity : Infinity, end, outOfRange: false };
  }
  const size = hexadecimal === undefined ? Number(decimal) : hexadecimalValue(hexadecimal);
  const isZero = /^[0.]*(?:[eEpP]|$)/.test(hexadecimal ?? decimal ?? '');
  return {
    value: sign === '-' ? -size : size,
    end,
    outOfRange: size === Infinity || (size < smallestNormal && !isZero),
  };
}

function hexadecimalValue(text: string): number {
  const [mantissa = '', exponent = '0'] = text.split(/[pP]/);
  const [whole = '', fraction = ''] = mantissa.split('.');
  let size = 0;
  for (const digit of whole + fraction) {
    size = size * 16 + parseInt(digit, 16);
  }
  return size * 2 ** (Number(exponent) - 4 * fraction.length);
}
