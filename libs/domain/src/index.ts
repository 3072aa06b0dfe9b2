export type * from './model/command.js';
export type * from './model/enrolment.js';
export type * from './model/event.js';
export type * from './model/facts.js';
export * from './programme/as-of.js';
export { nextDue } from './programme/closing.js';
export { recentSpike } from './programme/recent-spike.js';
export * from './programme/decide.js';
export * from './programme/refusal.js';
export { evolve, initialState, type ProgrammeState } from './programme/state.js';
export type * from './programme/view.js';
export { phaseNames } from './programme/view.js';
export type { Criterion } from './programme/phase-steps.js';
export { type SeriesState, type Verdict } from './rotation.js';
export * from './ruleset.js';
export * from './alarms/index.js';
export * from './education/topics.js';
export * from './responses/responses.js';
export * from './shadow/compare.js';
export * from './why/why.js';
export type { NoteView, PromptView, SetAsideView } from './notes/note.js';
export type { EducationView } from './education/track.js';
export {
  definitionOf as scoringOf,
  measureDefinitions,
  type MeasureDefinition,
} from './questionnaires/measures.js';
export { outcomesOf, type OutcomeView } from './questionnaires/outcomes.js';
export { faultsOfAnswers } from './questionnaires/score.js';
