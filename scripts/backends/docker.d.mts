export function dockerThere(): Promise<boolean>;
