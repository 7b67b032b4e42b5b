/** Whether what a node's speaker last reported still holds. `Undetermined`: it is too early to say. */
export type Life = 'Alive' | 'Silent' | 'Undetermined';
