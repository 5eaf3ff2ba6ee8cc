/** One scalar of a TensorBoard event file. */
export interface EventScalar {
  readonly step: number;
  readonly tag: string;
  readonly value: number;
}

/**
 * The scalars of an event file, by the rules of its records and of protocol buffers alone: no code is shared with what
 * wrote them. Checksums are not looked at.
 */
export function readEvents(file: Buffer): readonly EventScalar[] {
  const scalars: EventScalar[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    const fields = fieldsOf(file.subarray(at + 12, at + 12 + length));
    at += 16 + length;
    const step = Number(fields.find(([field]) => field === 2)?.[1] ?? 0);
    for (const [field, summary] of fields) {
      if (field !== 5) continue;
      for (const [, part] of fieldsOf(summary as Buffer)) {
        const value = new Map(fieldsOf(part as Buffer));
        scalars.push({ step, tag: String(value.get(1)), value: Number(value.get(2)) });
      }
    }
  }
  return scalars;
}

/** The fields of a message: numbers as they are, counted ones as bytes. */
function fieldsOf(message: Buffer): readonly (readonly [field: number, value: number | Buffer])[] {
  const fields: (readonly [number, number | Buffer])[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = message.readUInt8(at++);
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const head = varint();
    const field = Math.floor(head / 8);
    switch (head % 8) {
      case 0:
        fields.push([field, varint()]);
        break;
      case 1:
        fields.push([field, message.readDoubleLE(at)]);
        at += 8;
        break;
      case 5:
        fields.push([field, message.readFloatLE(at)]);
        at += 4;
        break;
      default: {
        const length = varint();
        fields.push([field, message.subarray(at, at + length)]);
        at += length;
      }
    }
  }
  return fields;
}
