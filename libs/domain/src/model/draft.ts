/** A thing while it is made, before anybody else sees it. */
export type Draft<Thing> = { -readonly [Name in keyof Thing]: Thing[Name] };
