import { privateSpaces } from "./activities/private-spaces";
import type { Statement } from "./statement";
import type { StudioScope } from "./studio-scope";

/** The names that `activities` takes in the config. */
export const ACTIVITY_NAMES = ["private-spaces"] as const;
export type ActivityName = (typeof ACTIVITY_NAMES)[number];

/** The names that `persona` takes in the config. */
export const PERSONA_NAMES = ["data-scientist", "mlops"] as const;
export type PersonaName = (typeof PERSONA_NAMES)[number];

/** Each activity's statements: one managed policy a studio, whatever the number of groups. */
export const ACTIVITIES: Record<ActivityName, (studio: StudioScope) => readonly Statement[]> = {
  "private-spaces": privateSpaces,
};

/** Ready-made lists of activities. */
export const PERSONAS: Record<PersonaName, readonly ActivityName[]> = {
  "data-scientist": ["private-spaces"],
  mlops: ["private-spaces"],
};
