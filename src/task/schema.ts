import * as z from "zod";

// Pieces of schemas. The compiler holds a schema against the interface it reads into: `objectSchema` takes every field
// of the interface and no other.

export const finite: z.ZodType<number> = z.number();
export const positive: z.ZodType<number> = z.number().positive();
export const nonNegative: z.ZodType<number> = z.number().min(0);
export const share: z.ZodType<number> = z.number().min(0).max(1);

/** A schema of objects that become a `T`. */
export type ObjectSchema<T> = z.ZodObject & z.ZodType<T>;

/** The fields of a `T`, each with the schema of its values. */
export type Fields<T> = { readonly [Name in keyof T]-?: z.ZodType<T[Name]> };

/** Objects with exactly these fields. */
export function objectSchema<T extends object>(fields: Fields<T>): ObjectSchema<T> {
  return z.strictObject(fields) as unknown as ObjectSchema<T>;
}

/** One of several kinds of objects; the value of `field` says which. */
export function taggedUnion<T>(field: string, [first, ...others]: readonly ObjectSchema<T>[]): z.ZodType<T> {
  return z.discriminatedUnion(field, [first!, ...others]) as unknown as z.ZodType<T>;
}
