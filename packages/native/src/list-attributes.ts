/** A text that is put behind the only occurrence of `anchor` in tfjs_backend.cc. */
export interface Insertion {
  readonly anchor: string;
  readonly text: string;
}

/**
 * What tfjs-node 4.22.0 lacks: attributes that are lists of strings (`fused_ops` of the fused convolutions) and lists of
 * types. It reads an array there as one string or one type and fails.
 */
export const listAttributes: readonly Insertion[] = [
  {
    anchor: `    case TF_ATTR_STRING: {
      // NOTE: String attribute values do not have to be utf8 encoded strings
      // (could be arbitrary byte sequences).
`,
    text: `      if (IsArray(env, nstatus, &js_value)) {
        uint32_t length;
        nstatus = napi_get_array_length(env, js_value, &length);
        ENSURE_NAPI_OK(env, nstatus);
        std::vector<std::string> strings(length);
        std::vector<const void *> pointers(length);
        std::vector<size_t> lengths(length);
        for (uint32_t i = 0; i < length; ++i) {
          napi_value element;
          nstatus = napi_get_element(env, js_value, i, &element);
          ENSURE_NAPI_OK(env, nstatus);
          nstatus = GetStringParam(env, element, strings[i]);
          ENSURE_NAPI_OK(env, nstatus);
          pointers[i] = strings[i].data();
          lengths[i] = strings[i].size();
        }
        TFE_OpSetAttrStringList(tfe_op, attr_name, pointers.data(),
                                lengths.data(), static_cast<int>(length));
        break;
      }
`,
  },
  {
    anchor: `    case TF_ATTR_TYPE: {
`,
    text: `      if (IsArray(env, nstatus, &js_value)) {
        uint32_t length;
        nstatus = napi_get_array_length(env, js_value, &length);
        ENSURE_NAPI_OK(env, nstatus);
        std::vector<TF_DataType> types(length);
        for (uint32_t i = 0; i < length; ++i) {
          napi_value element;
          nstatus = napi_get_element(env, js_value, i, &element);
          ENSURE_NAPI_OK(env, nstatus);
          int32_t type;
          nstatus = napi_get_value_int32(env, element, &type);
          ENSURE_NAPI_OK(env, nstatus);
          types[i] = static_cast<TF_DataType>(type);
        }
        TFE_OpSetAttrTypeList(tfe_op, attr_name, types.data(),
                              static_cast<int>(length));
        break;
      }
`,
  },
];

/**
 * `source` with each insertion behind its anchor.
 * @throws Error where an anchor does not occur exactly once.
 */
export function insertAll(source: string, insertions: readonly Insertion[]): string {
  return insertions.reduce((text, { anchor, text: inserted }) => {
    const parts = text.split(anchor);
    if (parts.length !== 2) {
      throw new Error(`anchor occurs ${parts.length - 1} times, not once: ${anchor.trim()}`);
    }
    return parts.join(anchor + inserted);
  }, source);
}
