/** Lists within lists, to any depth: what would be a recursion of parsers, with a stack of its own (see `traverse.ts`). */
import { either, map } from "./combinators.ts";
import { isUnknown, mergeErrors, unknownError } from "./error.ts";
import { FAILED, makeParser, type Parser, type Reply, succeed } from "./state.ts";

export interface Nesting<Item, Head> {
  readonly leaf: Parser<Item>;
  /** What opens a list, its bracket included; consumes. */
  readonly open: Parser<Head>;
  readonly separator: Parser<unknown>;
  readonly close: Parser<unknown>;
  /** Which of the two is tried first. */
  readonly prefers: "leaf" | "open";
  readonly mayBeEmpty: boolean;
  build(head: Head, items: readonly Item[]): Item;
}

type Begun<Item, Head> = { readonly item: Item } | { readonly head: Head };

interface List<Item, Head> {
  /** null: the outermost one. */
  readonly head: { readonly value: Head } | null;
  readonly items: Item[];
}

const begin = <Item, Head>({ leaf, open, prefers }: Nesting<Item, Head>): Parser<Begun<Item, Head>> => {
  const item = map(leaf, (value): Begun<Item, Head> => ({ item: value }));
  const head = map(open, (value): Begun<Item, Head> => ({ head: value }));
  return prefers === "leaf" ? either(item, head) : either(head, item);
};

/** One item with all that is nested in it. */
export const nestedItem = <Item, Head>(nesting: Nesting<Item, Head>): Parser<Item> =>
  map(nested(nesting, true), ([item]) => item as Item);

/** Items without a bracket around them. */
export const nestedList = <Item, Head>(nesting: Nesting<Item, Head>): Parser<Item[]> => nested(nesting, false);

function nested<Item, Head>(nesting: Nesting<Item, Head>, single: boolean): Parser<Item[]> {
  const { separator, close, mayBeEmpty, build } = nesting;
  const start = begin(nesting);
  return makeParser<Item[]>(
    (state) => {
      const outer: Array<List<Item, Head>> = [];
      let list: List<Item, Head> = { head: null, items: [] };
      let current = state;
      let consumed = false;
      let error = unknownError(state);
      // As in a sequence: what was expected lives on until something is consumed.
      const take = <T>(reply: Reply<T>): void => {
        error = reply.consumed || isUnknown(error) ? reply.error : mergeErrors(error, reply.error);
        consumed ||= reply.consumed;
        if (reply.ok) current = reply.state;
      };
      for (;;) {
        const begun = start(current);
        take(begun);
        if (begun.ok && "head" in begun.value) {
          outer.push(list);
          list = { head: { value: begun.value.head }, items: [] };
          continue;
        }
        const isEmpty = !begun.ok && !begun.consumed && mayBeEmpty && list.items.length === 0;
        if (!begun.ok && !isEmpty) return { ok: false, consumed, error };
        if (begun.ok && "item" in begun.value) list.items.push(begun.value.item);
        for (;;) {
          if (single && list.head === null) return succeed(list.items, current, consumed, error);
          if (list.items.length > 0) {
            const next = separator(current);
            // A repetition forgets the error of its last success; the first item is not yet part of it.
            if (!next.ok && !next.consumed && list.items.length > 1) error = next.error;
            else take(next);
            if (next.ok) break;
            if (next.consumed) return { ok: false, consumed, error };
          }
          if (list.head === null) return succeed(list.items, current, consumed, error);
          const closed = close(current);
          take(closed);
          if (!closed.ok) return { ok: false, consumed, error };
          const item = build(list.head.value, list.items);
          list = outer.pop()!;
          list.items.push(item);
        }
      }
    },
    (cursor) => {
      const outer: Array<List<Item, Head>> = [];
      let list: List<Item, Head> = { head: null, items: [] };
      for (;;) {
        const at = cursor.at;
        const begun = start.scan(cursor);
        if (begun !== FAILED && "head" in begun) {
          outer.push(list);
          list = { head: { value: begun.head }, items: [] };
          continue;
        }
        if (begun !== FAILED) list.items.push(begun.item);
        else if (cursor.at !== at || !mayBeEmpty || list.items.length > 0) return FAILED;
        for (;;) {
          if (single && list.head === null) return list.items;
          if (list.items.length > 0) {
            const before = cursor.at;
            if (separator.scan(cursor) !== FAILED) break;
            if (cursor.at !== before) return FAILED;
          }
          if (list.head === null) return list.items;
          if (close.scan(cursor) === FAILED) return FAILED;
          const item = build(list.head.value, list.items);
          list = outer.pop()!;
          list.items.push(item);
        }
      }
    },
  );
}
