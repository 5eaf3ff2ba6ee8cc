import type { Insertion } from "./list-attributes.ts";

/**
 * What tfjs-node 4.22.0 lacks: a way to give an input up. An operation may write its result into the memory of an input that
 * nobody else holds, and JavaScript holds every tensor that it has a number for. An input given as −1 − id is
 * deleted once the operation has it, whether the operation succeeds or not.
 */
export const consumedInputs: readonly Insertion[] = [
  {
    anchor: `  TFE_AutoOp tfe_op(TFE_NewOp(tfe_context_, op_name.c_str(), tf_status.status));
  ENSURE_TF_OK_RETVAL(env, tf_status, nullptr);

  uint32_t num_input_ids;
  nstatus = napi_get_array_length(env, input_tensor_ids, &num_input_ids);
  ENSURE_NAPI_OK_RETVAL(env, nstatus, nullptr);

  for (uint32_t i = 0; i < num_input_ids; i++) {
    napi_value cur_input_id;
    nstatus = napi_get_element(env, input_tensor_ids, i, &cur_input_id);
    ENSURE_NAPI_OK_RETVAL(env, nstatus, nullptr);

    int32_t cur_input_tensor_id;
    nstatus = napi_get_value_int32(env, cur_input_id, &cur_input_tensor_id);
    ENSURE_NAPI_OK_RETVAL(env, nstatus, nullptr);
`,
    text: `    const bool consumed = cur_input_tensor_id < 0;
    if (consumed) cur_input_tensor_id = -1 - cur_input_tensor_id;
`,
  },
  {
    anchor: `    TFE_OpAddInput(tfe_op.op, input_tensor_entry->second, tf_status.status);
    ENSURE_TF_OK_RETVAL(env, tf_status, nullptr);
`,
    text: `    if (consumed) {
      TFE_DeleteTensorHandle(input_tensor_entry->second);
      tfe_handle_map_.erase(input_tensor_entry);
    }
`,
  },
];
