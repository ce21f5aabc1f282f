/** Whether the last digit of a card is the one that Luhn's formula gives. */
export function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]);
    const doubled = at % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

const INN_10 = [2, 4, 10, 3, 5, 9, 4, 6, 8];
const INN_11TH = [7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
const INN_12TH = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];

/** Of a company (10 digits, one of them checks) or of a person (12, two of them check). No region is 00. */
export function isInn(digits: string): boolean {
  if (digits.startsWith("00")) return false;
  if (digits.length === 10) return innDigit(digits, INN_10) === digits[9];
  if (digits.length !== 12) return false;
  return innDigit(digits, INN_11TH) === digits[10] && innDigit(digits, INN_12TH) === digits[11];
}

function innDigit(digits: string, weights: readonly number[]): string {
  return String((weighted(digits, weights) % 11) % 10);
}

const SNILS = [9, 8, 7, 6, 5, 4, 3, 2, 1];

/** Numbers up to 001-001-998 have no check digits; they were given out first and are not told from other rows. */
export function isSnils(digits: string): boolean {
  if (digits.length !== 11 || Number(digits.slice(0, 9)) <= 1_001_998) return false;
  return String((weighted(digits, SNILS) % 101) % 100).padStart(2, "0") === digits.slice(9);
}

function weighted(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, at) => sum + weight * Number(digits[at]), 0);
}
