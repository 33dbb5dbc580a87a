import { DataError } from '@glyphlab/core';

/** What a pickle calls by name, as `torch._utils _rebuild_tensor_v2`, and what becomes of a persistent id. */
export interface PickleNames {
  /** Named functions and classes, called with their arguments; what is not here is refused. */
  globals: Readonly<Record<string, (...args: unknown[]) => unknown>>;
  persistent?: (id: unknown) => unknown;
}

const MARK = Symbol('mark');

/** A cursor over bytes. */
class Reader {
  at: number;
  readonly #bytes: Buffer;
  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }
  take(length: number): Buffer {
    const end = this.at + length;
    if (end > this.#bytes.length) throw broken('it ends too early');
    const part = this.#bytes.subarray(this.at, end);
    this.at = end;
    return part;
  }
  byte(): number {
    return this.take(1)[0]!;
  }
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.at);
    if (end < 0) throw broken('it ends too early');
    const text = this.take(end - this.at).toString();
    this.at++;
    return text;
  }
}

const broken = (what: string): DataError => new DataError('PICKLE_REFUSED', `The pickle cannot be read: ${what}.`);

/**
 * Reads one Python pickle (protocol 2, as PyTorch's old format has it): dictionaries, lists, tuples, texts, whole numbers, and calls of
 * the given names. Nothing else is done: an operation or a name that is not known is refused, so no pickle can run anything.
 *
 * @param at where it begins
 * @returns its value, and where it ends. Dictionaries are Maps, tuples and lists arrays
 * @throws DataError PICKLE_REFUSED
 */
export function readPickle(
  bytes: Buffer,
  at: number,
  { globals, persistent }: PickleNames,
): { value: unknown; end: number } {
  const reader = new Reader(bytes, at);
  const stack: unknown[] = [];
  const memo = new Map<number, unknown>();
  const pop = (): unknown => {
    if (stack.length === 0) throw broken('it takes more than it put down');
    return stack.pop();
  };
  const popToMark = (): unknown[] => {
    const mark = stack.lastIndexOf(MARK);
    if (mark < 0) throw broken('a mark is missing');
    return stack.splice(mark).slice(1);
  };
  const recall = (key: number): unknown => {
    if (!memo.has(key)) throw broken('it recalls what it never kept');
    return memo.get(key);
  };
  const setItems = (items: unknown[]): void => {
    const map = stack.at(-1);
    if (!(map instanceof Map)) throw broken('it sets items of what is no dictionary');
    for (let k = 0; k < items.length; k += 2) map.set(items[k], items[k + 1]);
  };
  for (;;) {
    const operation = reader.byte();
    switch (operation) {
      case 0x80: // PROTO
        if (reader.byte() !== 2) throw broken('it is of another protocol than 2');
        break;
      case 0x2e: // STOP
        return { value: pop(), end: reader.at };
      case 0x28: // MARK
        stack.push(MARK);
        break;
      case 0x4e: // NONE
        stack.push(null);
        break;
      case 0x88: // NEWTRUE
      case 0x89: // NEWFALSE
        stack.push(operation === 0x88);
        break;
      case 0x4b: // BININT1
        stack.push(reader.byte());
        break;
      case 0x4d: // BININT2
        stack.push(reader.take(2).readUInt16LE());
        break;
      case 0x4a: // BININT
        stack.push(reader.take(4).readInt32LE());
        break;
      case 0x8a: // LONG1: little-endian two's complement
        stack.push(
          reader
            .take(reader.byte())
            .toReversed()
            .reduce((sum, byte) => sum * 256n + BigInt(byte), 0n),
        );
        break;
      case 0x58: // BINUNICODE
        stack.push(reader.take(reader.take(4).readUInt32LE()).toString());
        break;
      case 0x7d: // EMPTY_DICT
        stack.push(new Map());
        break;
      case 0x5d: // EMPTY_LIST
      case 0x29: // EMPTY_TUPLE
        stack.push([]);
        break;
      case 0x74: // TUPLE
        stack.push(popToMark());
        break;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: { // TUPLE3
        const length = operation - 0x84;
        if (stack.length < length) throw broken('it takes more than it put down');
        stack.push(stack.splice(-length));
        break;
      } // prettier-ignore
      case 0x73: // SETITEM
        setItems(stack.splice(-2));
        break;
      case 0x75: // SETITEMS
        setItems(popToMark());
        break;
      case 0x65: { // APPENDS
        const items = popToMark();
        const list = stack.at(-1);
        if (!Array.isArray(list)) throw broken('it appends to what is no list');
        list.push(...items);
        break;
      } // prettier-ignore
      case 0x71: // BINPUT
        memo.set(reader.byte(), stack.at(-1));
        break;
      case 0x72: // LONG_BINPUT
        memo.set(reader.take(4).readUInt32LE(), stack.at(-1));
        break;
      case 0x68: // BINGET
        stack.push(recall(reader.byte()));
        break;
      case 0x6a: // LONG_BINGET
        stack.push(recall(reader.take(4).readUInt32LE()));
        break;
      case 0x63: { // GLOBAL
        const name = `${reader.line()} ${reader.line()}`;
        if (!Object.hasOwn(globals, name)) throw broken(`it names ${name}`);
        stack.push(globals[name]);
        break;
      } // prettier-ignore
      case 0x52: { // REDUCE
        const args = pop();
        const called = pop();
        if (typeof called !== 'function' || !Array.isArray(args)) throw broken('it calls what is no function');
        stack.push((called as (...args: unknown[]) => unknown)(...args));
        break;
      } // prettier-ignore
      case 0x62: // BUILD: attributes, as of a dictionary of weights, which say nothing of them
        pop();
        break;
      case 0x51: // BINPERSID
        if (!persistent) throw broken('it has persistent ids');
        stack.push(persistent(pop()));
        break;
      default:
        throw broken(`operation 0x${operation.toString(16)} at byte ${reader.at - 1} is not one that weights need`);
    }
  }
}
