/** Where a run tells what it does. Counts and ids only: never a name or an e-mail address. */
export interface Log {
  debug: (message: string) => void
  info: (message: string) => void
  /** Shown as an annotation by GitHub; a handful a run at most. */
  warning: (message: string) => void
}

/** A text from outside as a part of one line: line ends and control characters, which could begin a command, are shown. */
export function oneLine(text: string): string {
  const shown = text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  )
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST)}…` : shown
}

const LONGEST = 500
