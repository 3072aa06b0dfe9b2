/** When a topic is shown: from the start on (it belongs to P01), with a phase, or when something calls for it. */
export type Occasion = 'start' | 'phase-2' | 'phase-3a' | 'phase-3b' | 'U1' | 'U2' | 'pain' | 'deload';

/** One topic of the education track, in words a patient reads. */
export interface EducationTopic {
  readonly topic: string;
  /** Of the words: a new version is shown, and read, anew. */
  readonly version: string;
  readonly occasion: Occasion;
  readonly title: string;
  readonly text: string;
  readonly honours: readonly string[];
}

/** The track (A5-A7, A24, A25). Nothing in it pushes, frightens or promises. */
export const educationTopics: readonly EducationTopic[] = [
  {
    topic: 'pain-and-safety',
    version: '1',
    occasion: 'start',
    title: 'What pain tells you',
    text: 'Pain is how your body asks for attention; it does not measure damage. Up to three of ten during an exercise is fine. Nothing here asks you to push through more: a hip that feels safe adapts, one that is forced does not.',
    honours: ['A5', 'A6', 'A8'],
  },
  {
    topic: 'your-control',
    version: '1',
    occasion: 'start',
    title: 'You hold the dial',
    text: 'You can always do less: a smaller movement, less weight, a pause. Discomfort that you can turn up and down yourself is the kind that helps. When you cannot, say so, and an easier exercise takes its place.',
    honours: ['A8', 'A9'],
  },
  {
    topic: 'what-for',
    version: '1',
    occasion: 'start',
    title: 'What you are trying to achieve',
    text: 'First the muscles at the side of the hip learn to carry more. Then you use the movement that you already have, a little on most days. Stretching comes last. It helps to know before each exercise what it is for and where you should feel it.',
    honours: ['A7', 'A11', 'A12', 'A23'],
  },
  {
    topic: 'patience',
    version: '1',
    occasion: 'start',
    title: 'It takes as long as it takes',
    text: 'There is a shortest time for each step and no longest. Single days go up and down; look at the line over weeks, with its band of error. A week that stays the same is a week in which something settles.',
    honours: ['A13', 'A24'],
  },
  {
    topic: 'practice',
    version: '1',
    occasion: 'phase-2',
    title: 'Using what you have',
    text: 'On days without strength you turn slowly into the range that is comfortable today, and no further. Often and easy beats seldom and hard.',
    honours: ['A17', 'A19'],
  },
  {
    topic: 'stretch-last',
    version: '1',
    occasion: 'phase-3a',
    title: 'Why stretching comes now',
    text: 'You have built strength first, so the hip can steady the range that a stretch opens. Begin with the quiet, passive kind, after strength and never before it.',
    honours: ['A20', 'A21', 'A22'],
  },
  {
    topic: 'stretch-active',
    version: '1',
    occasion: 'phase-3b',
    title: 'Strength in the new range',
    text: 'Now you press gently and move within the range that the passive stretch has shown you. Half of your effort is enough to begin with. It is practice for the range, not a way to take pain away.',
    honours: ['A22'],
  },
  {
    topic: 'where-you-feel-it',
    version: '1',
    occasion: 'U1',
    title: 'Where you should feel it',
    text: 'When an exercise is not clear, or is felt in another place, it waits: the load stays as it is. Try it slower and smaller, with a hand on the side of the hip. If that does not help, another exercise may suit you better; your clinician can add one.',
    honours: ['A7', 'A11'],
  },
  {
    topic: 'worry-about-moving',
    version: '1',
    occasion: 'U2',
    title: 'When moving feels worrying',
    text: 'It is common to worry about a movement that has hurt. Worry makes pain louder without anything being damaged. Small movements that go well are the best answer: choose ones that feel safe, and let them grow by themselves.',
    honours: ['A6', 'A25'],
  },
  {
    topic: 'a-sore-week',
    version: '1',
    occasion: 'pain',
    title: 'A sore week is part of the way',
    text: 'Your hip was sorer, so the programme gives it room. That is how it is meant to work, and nothing is lost: strength stays for weeks. You go on from where it is calm.',
    honours: ['A5', 'A6', 'A24'],
  },
  {
    topic: 'a-lighter-week',
    version: '1',
    occasion: 'deload',
    title: 'A lighter week',
    text: 'Half the sets for a week lets what you have built settle. It is part of the plan and no step back.',
    honours: ['A24'],
  },
];

/** What has to be read before phase 1 (P01). */
export const startTopics: readonly EducationTopic[] = educationTopics.filter(
  ({ occasion }) => occasion === 'start',
);

export const topicOf = (topic: string): EducationTopic | undefined =>
  educationTopics.find((each) => each.topic === topic);
