/**
 * A group of the cluster for each topic: members of one group that subscribe to different topics are assigned each other's by kafkajs,
 * and what they are assigned and have not subscribed to nobody reads. The topic begins with the prefix, so the group does.
 */
export const groupId = (group: string, topic: string): string => `${topic}.${group}`;
