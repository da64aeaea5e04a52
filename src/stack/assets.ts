/** The text of a file below assets/, by its path there. */
export type Assets = (name: string) => string;
