import { z } from 'zod';

/** Also what has no lower case may be in a name. */
const described = {
  name: z.string().regex(/^[-_'\p{Ll}\p{Lo}\p{N}]{1,32}$/u),
  description: z.string().min(1).max(100),
};
const isUnique = (all: { name: string }[]) => new Set(all.map(({ name }) => name)).size === all.length;
const option = z.strictObject({
  ...described,
  type: z.int().min(3).max(11),
  required: z.boolean().optional(),
});
const command = z
  .strictObject({
    ...described,
    type: z.literal(1),
    contexts: z.array(z.int().min(0).max(2)),
    options: z
      .array(option)
      .max(25)
      .refine(isUnique)
      // Those that are required come first.
      .refine((all) =>
        all.every(({ required }, at) => !required || all.slice(0, at).every((one) => one.required)),
      ),
  })
  .partial({ options: true });
/** Commands as Discord takes them; fields that are not used here are not taken. */
export const commandList = z.array(command).max(100).refine(isUnique);
export type FakeCommand = z.output<typeof command>;
