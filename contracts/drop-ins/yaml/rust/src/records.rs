//! The records and the constants of `yaml.h`, as `abidance drop-in --shim` drafted them.

#![allow(dead_code)]

use std::ffi::{c_char, c_int, c_uchar, c_void};
use std::mem::{align_of, offset_of, size_of};

pub type yaml_char_t = c_uchar;
pub type yaml_node_item_t = c_int;

/// A caller may pass any number: an enum of Rust would be undefined then.
pub type yaml_encoding_t = u32;
pub const YAML_ANY_ENCODING: yaml_encoding_t = 0;
pub const YAML_UTF8_ENCODING: yaml_encoding_t = 1;
pub const YAML_UTF16LE_ENCODING: yaml_encoding_t = 2;
pub const YAML_UTF16BE_ENCODING: yaml_encoding_t = 3;

/// A caller may pass any number: an enum of Rust would be undefined then.
pub type yaml_scalar_style_t = u32;
pub const YAML_ANY_SCALAR_STYLE: yaml_scalar_style_t = 0;
pub const YAML_PLAIN_SCALAR_STYLE: yaml_scalar_style_t = 1;
pub const YAML_SINGLE_QUOTED_SCALAR_STYLE: yaml_scalar_style_t = 2;
pub const YAML_DOUBLE_QUOTED_SCALAR_STYLE: yaml_scalar_style_t = 3;
pub const YAML_LITERAL_SCALAR_STYLE: yaml_scalar_style_t = 4;
pub const YAML_FOLDED_SCALAR_STYLE: yaml_scalar_style_t = 5;

/// A caller may pass any number: an enum of Rust would be undefined then.
pub type yaml_sequence_style_t = u32;
pub const YAML_ANY_SEQUENCE_STYLE: yaml_sequence_style_t = 0;
pub const YAML_BLOCK_SEQUENCE_STYLE: yaml_sequence_style_t = 1;
pub const YAML_FLOW_SEQUENCE_STYLE: yaml_sequence_style_t = 2;

/// A caller may pass any number: an enum of Rust would be undefined then.
pub type yaml_mapping_style_t = u32;
pub const YAML_ANY_MAPPING_STYLE: yaml_mapping_style_t = 0;
pub const YAML_BLOCK_MAPPING_STYLE: yaml_mapping_style_t = 1;
pub const YAML_FLOW_MAPPING_STYLE: yaml_mapping_style_t = 2;

/// A caller may pass any number: an enum of Rust would be undefined then.
pub type yaml_break_t = u32;
pub const YAML_ANY_BREAK: yaml_break_t = 0;
pub const YAML_CR_BREAK: yaml_break_t = 1;
pub const YAML_LN_BREAK: yaml_break_t = 2;
pub const YAML_CRLN_BREAK: yaml_break_t = 3;

/// A caller may pass any number: an enum of Rust would be undefined then.
pub type yaml_event_type_e = u32;
pub const YAML_NO_EVENT: yaml_event_type_e = 0;
pub const YAML_STREAM_START_EVENT: yaml_event_type_e = 1;
pub const YAML_STREAM_END_EVENT: yaml_event_type_e = 2;
pub const YAML_DOCUMENT_START_EVENT: yaml_event_type_e = 3;
pub const YAML_DOCUMENT_END_EVENT: yaml_event_type_e = 4;
pub const YAML_ALIAS_EVENT: yaml_event_type_e = 5;
pub const YAML_SCALAR_EVENT: yaml_event_type_e = 6;
pub const YAML_SEQUENCE_START_EVENT: yaml_event_type_e = 7;
pub const YAML_SEQUENCE_END_EVENT: yaml_event_type_e = 8;
pub const YAML_MAPPING_START_EVENT: yaml_event_type_e = 9;
pub const YAML_MAPPING_END_EVENT: yaml_event_type_e = 10;

/// A caller may pass any number: an enum of Rust would be undefined then.
pub type yaml_error_type_e = u32;
pub const YAML_NO_ERROR: yaml_error_type_e = 0;
pub const YAML_MEMORY_ERROR: yaml_error_type_e = 1;
pub const YAML_READER_ERROR: yaml_error_type_e = 2;
pub const YAML_SCANNER_ERROR: yaml_error_type_e = 3;
pub const YAML_PARSER_ERROR: yaml_error_type_e = 4;
pub const YAML_COMPOSER_ERROR: yaml_error_type_e = 5;
pub const YAML_WRITER_ERROR: yaml_error_type_e = 6;
pub const YAML_EMITTER_ERROR: yaml_error_type_e = 7;

/// A caller may pass any number: an enum of Rust would be undefined then.
pub type yaml_token_type_t = u32;
pub const YAML_NO_TOKEN: yaml_token_type_t = 0;
pub const YAML_STREAM_START_TOKEN: yaml_token_type_t = 1;
pub const YAML_STREAM_END_TOKEN: yaml_token_type_t = 2;
pub const YAML_VERSION_DIRECTIVE_TOKEN: yaml_token_type_t = 3;
pub const YAML_TAG_DIRECTIVE_TOKEN: yaml_token_type_t = 4;
pub const YAML_DOCUMENT_START_TOKEN: yaml_token_type_t = 5;
pub const YAML_DOCUMENT_END_TOKEN: yaml_token_type_t = 6;
pub const YAML_BLOCK_SEQUENCE_START_TOKEN: yaml_token_type_t = 7;
pub const YAML_BLOCK_MAPPING_START_TOKEN: yaml_token_type_t = 8;
pub const YAML_BLOCK_END_TOKEN: yaml_token_type_t = 9;
pub const YAML_FLOW_SEQUENCE_START_TOKEN: yaml_token_type_t = 10;
pub const YAML_FLOW_SEQUENCE_END_TOKEN: yaml_token_type_t = 11;
pub const YAML_FLOW_MAPPING_START_TOKEN: yaml_token_type_t = 12;
pub const YAML_FLOW_MAPPING_END_TOKEN: yaml_token_type_t = 13;
pub const YAML_BLOCK_ENTRY_TOKEN: yaml_token_type_t = 14;
pub const YAML_FLOW_ENTRY_TOKEN: yaml_token_type_t = 15;
pub const YAML_KEY_TOKEN: yaml_token_type_t = 16;
pub const YAML_VALUE_TOKEN: yaml_token_type_t = 17;
pub const YAML_ALIAS_TOKEN: yaml_token_type_t = 18;
pub const YAML_ANCHOR_TOKEN: yaml_token_type_t = 19;
pub const YAML_TAG_TOKEN: yaml_token_type_t = 20;
pub const YAML_SCALAR_TOKEN: yaml_token_type_t = 21;

/// A caller may pass any number: an enum of Rust would be undefined then.
pub type yaml_node_type_t = u32;
pub const YAML_NO_NODE: yaml_node_type_t = 0;
pub const YAML_SCALAR_NODE: yaml_node_type_t = 1;
pub const YAML_SEQUENCE_NODE: yaml_node_type_t = 2;
pub const YAML_MAPPING_NODE: yaml_node_type_t = 3;

/// A caller may pass any number: an enum of Rust would be undefined then.
pub type yaml_parser_state_t = u32;
pub const YAML_PARSE_STREAM_START_STATE: yaml_parser_state_t = 0;
pub const YAML_PARSE_IMPLICIT_DOCUMENT_START_STATE: yaml_parser_state_t = 1;
pub const YAML_PARSE_DOCUMENT_START_STATE: yaml_parser_state_t = 2;
pub const YAML_PARSE_DOCUMENT_CONTENT_STATE: yaml_parser_state_t = 3;
pub const YAML_PARSE_DOCUMENT_END_STATE: yaml_parser_state_t = 4;
pub const YAML_PARSE_BLOCK_NODE_STATE: yaml_parser_state_t = 5;
pub const YAML_PARSE_BLOCK_NODE_OR_INDENTLESS_SEQUENCE_STATE: yaml_parser_state_t = 6;
pub const YAML_PARSE_FLOW_NODE_STATE: yaml_parser_state_t = 7;
pub const YAML_PARSE_BLOCK_SEQUENCE_FIRST_ENTRY_STATE: yaml_parser_state_t = 8;
pub const YAML_PARSE_BLOCK_SEQUENCE_ENTRY_STATE: yaml_parser_state_t = 9;
pub const YAML_PARSE_INDENTLESS_SEQUENCE_ENTRY_STATE: yaml_parser_state_t = 10;
pub const YAML_PARSE_BLOCK_MAPPING_FIRST_KEY_STATE: yaml_parser_state_t = 11;
pub const YAML_PARSE_BLOCK_MAPPING_KEY_STATE: yaml_parser_state_t = 12;
pub const YAML_PARSE_BLOCK_MAPPING_VALUE_STATE: yaml_parser_state_t = 13;
pub const YAML_PARSE_FLOW_SEQUENCE_FIRST_ENTRY_STATE: yaml_parser_state_t = 14;
pub const YAML_PARSE_FLOW_SEQUENCE_ENTRY_STATE: yaml_parser_state_t = 15;
pub const YAML_PARSE_FLOW_SEQUENCE_ENTRY_MAPPING_KEY_STATE: yaml_parser_state_t = 16;
pub const YAML_PARSE_FLOW_SEQUENCE_ENTRY_MAPPING_VALUE_STATE: yaml_parser_state_t = 17;
pub const YAML_PARSE_FLOW_SEQUENCE_ENTRY_MAPPING_END_STATE: yaml_parser_state_t = 18;
pub const YAML_PARSE_FLOW_MAPPING_FIRST_KEY_STATE: yaml_parser_state_t = 19;
pub const YAML_PARSE_FLOW_MAPPING_KEY_STATE: yaml_parser_state_t = 20;
pub const YAML_PARSE_FLOW_MAPPING_VALUE_STATE: yaml_parser_state_t = 21;
pub const YAML_PARSE_FLOW_MAPPING_EMPTY_VALUE_STATE: yaml_parser_state_t = 22;
pub const YAML_PARSE_END_STATE: yaml_parser_state_t = 23;

/// A caller may pass any number: an enum of Rust would be undefined then.
pub type yaml_emitter_state_t = u32;
pub const YAML_EMIT_STREAM_START_STATE: yaml_emitter_state_t = 0;
pub const YAML_EMIT_FIRST_DOCUMENT_START_STATE: yaml_emitter_state_t = 1;
pub const YAML_EMIT_DOCUMENT_START_STATE: yaml_emitter_state_t = 2;
pub const YAML_EMIT_DOCUMENT_CONTENT_STATE: yaml_emitter_state_t = 3;
pub const YAML_EMIT_DOCUMENT_END_STATE: yaml_emitter_state_t = 4;
pub const YAML_EMIT_FLOW_SEQUENCE_FIRST_ITEM_STATE: yaml_emitter_state_t = 5;
pub const YAML_EMIT_FLOW_SEQUENCE_ITEM_STATE: yaml_emitter_state_t = 6;
pub const YAML_EMIT_FLOW_MAPPING_FIRST_KEY_STATE: yaml_emitter_state_t = 7;
pub const YAML_EMIT_FLOW_MAPPING_KEY_STATE: yaml_emitter_state_t = 8;
pub const YAML_EMIT_FLOW_MAPPING_SIMPLE_VALUE_STATE: yaml_emitter_state_t = 9;
pub const YAML_EMIT_FLOW_MAPPING_VALUE_STATE: yaml_emitter_state_t = 10;
pub const YAML_EMIT_BLOCK_SEQUENCE_FIRST_ITEM_STATE: yaml_emitter_state_t = 11;
pub const YAML_EMIT_BLOCK_SEQUENCE_ITEM_STATE: yaml_emitter_state_t = 12;
pub const YAML_EMIT_BLOCK_MAPPING_FIRST_KEY_STATE: yaml_emitter_state_t = 13;
pub const YAML_EMIT_BLOCK_MAPPING_KEY_STATE: yaml_emitter_state_t = 14;
pub const YAML_EMIT_BLOCK_MAPPING_SIMPLE_VALUE_STATE: yaml_emitter_state_t = 15;
pub const YAML_EMIT_BLOCK_MAPPING_VALUE_STATE: yaml_emitter_state_t = 16;
pub const YAML_EMIT_END_STATE: yaml_emitter_state_t = 17;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_event_t {
    pub r#type: yaml_event_type_e,
    pub data: yaml_event_t_data,
    pub start_mark: yaml_mark_t,
    pub end_mark: yaml_mark_t,
}
const _: () = {
    assert!(size_of::<yaml_event_t>() == 104);
    assert!(align_of::<yaml_event_t>() == 8);
    assert!(offset_of!(yaml_event_t, r#type) == 0);
    assert!(offset_of!(yaml_event_t, data) == 8);
    assert!(offset_of!(yaml_event_t, start_mark) == 56);
    assert!(offset_of!(yaml_event_t, end_mark) == 80);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_version_directive_t {
    pub major: c_int,
    pub minor: c_int,
}
const _: () = {
    assert!(size_of::<yaml_version_directive_t>() == 8);
    assert!(align_of::<yaml_version_directive_t>() == 4);
    assert!(offset_of!(yaml_version_directive_t, major) == 0);
    assert!(offset_of!(yaml_version_directive_t, minor) == 4);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_tag_directive_t {
    pub handle: *mut yaml_char_t,
    pub prefix: *mut yaml_char_t,
}
const _: () = {
    assert!(size_of::<yaml_tag_directive_t>() == 16);
    assert!(align_of::<yaml_tag_directive_t>() == 8);
    assert!(offset_of!(yaml_tag_directive_t, handle) == 0);
    assert!(offset_of!(yaml_tag_directive_t, prefix) == 8);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_token_t {
    pub r#type: yaml_token_type_t,
    pub data: yaml_token_t_data,
    pub start_mark: yaml_mark_t,
    pub end_mark: yaml_mark_t,
}
const _: () = {
    assert!(size_of::<yaml_token_t>() == 80);
    assert!(align_of::<yaml_token_t>() == 8);
    assert!(offset_of!(yaml_token_t, r#type) == 0);
    assert!(offset_of!(yaml_token_t, data) == 8);
    assert!(offset_of!(yaml_token_t, start_mark) == 32);
    assert!(offset_of!(yaml_token_t, end_mark) == 56);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_document_t {
    pub nodes: yaml_document_t_nodes,
    pub version_directive: *mut yaml_version_directive_t,
    pub tag_directives: yaml_document_t_tag_directives,
    pub start_implicit: c_int,
    pub end_implicit: c_int,
    pub start_mark: yaml_mark_t,
    pub end_mark: yaml_mark_t,
}
const _: () = {
    assert!(size_of::<yaml_document_t>() == 104);
    assert!(align_of::<yaml_document_t>() == 8);
    assert!(offset_of!(yaml_document_t, nodes) == 0);
    assert!(offset_of!(yaml_document_t, version_directive) == 24);
    assert!(offset_of!(yaml_document_t, tag_directives) == 32);
    assert!(offset_of!(yaml_document_t, start_implicit) == 48);
    assert!(offset_of!(yaml_document_t, end_implicit) == 52);
    assert!(offset_of!(yaml_document_t, start_mark) == 56);
    assert!(offset_of!(yaml_document_t, end_mark) == 80);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_node_t {
    pub r#type: yaml_node_type_t,
    pub tag: *mut yaml_char_t,
    pub data: yaml_node_t_data,
    pub start_mark: yaml_mark_t,
    pub end_mark: yaml_mark_t,
}
const _: () = {
    assert!(size_of::<yaml_node_t>() == 96);
    assert!(align_of::<yaml_node_t>() == 8);
    assert!(offset_of!(yaml_node_t, r#type) == 0);
    assert!(offset_of!(yaml_node_t, tag) == 8);
    assert!(offset_of!(yaml_node_t, data) == 16);
    assert!(offset_of!(yaml_node_t, start_mark) == 48);
    assert!(offset_of!(yaml_node_t, end_mark) == 72);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_parser_t {
    pub error: yaml_error_type_e,
    pub problem: *const c_char,
    pub problem_offset: usize,
    pub problem_value: c_int,
    pub problem_mark: yaml_mark_t,
    pub context: *const c_char,
    pub context_mark: yaml_mark_t,
    pub read_handler: Option<unsafe extern "C" fn(*mut c_void, *mut c_uchar, usize, *mut usize) -> c_int>,
    pub read_handler_data: *mut c_void,
    pub input: yaml_parser_t_input,
    pub eof: c_int,
    pub buffer: yaml_parser_t_buffer,
    pub unread: usize,
    pub raw_buffer: yaml_parser_t_raw_buffer,
    pub encoding: yaml_encoding_t,
    pub offset: usize,
    pub mark: yaml_mark_t,
    pub stream_start_produced: c_int,
    pub stream_end_produced: c_int,
    pub flow_level: c_int,
    pub tokens: yaml_parser_t_tokens,
    pub tokens_parsed: usize,
    pub token_available: c_int,
    pub indents: yaml_parser_t_indents,
    pub indent: c_int,
    pub simple_key_allowed: c_int,
    pub simple_keys: yaml_parser_t_simple_keys,
    pub states: yaml_parser_t_states,
    pub state: yaml_parser_state_t,
    pub marks: yaml_parser_t_marks,
    pub tag_directives: yaml_parser_t_tag_directives,
    pub aliases: yaml_parser_t_aliases,
    pub document: *mut yaml_document_t,
}
const _: () = {
    assert!(size_of::<yaml_parser_t>() == 480);
    assert!(align_of::<yaml_parser_t>() == 8);
    assert!(offset_of!(yaml_parser_t, error) == 0);
    assert!(offset_of!(yaml_parser_t, problem) == 8);
    assert!(offset_of!(yaml_parser_t, problem_offset) == 16);
    assert!(offset_of!(yaml_parser_t, problem_value) == 24);
    assert!(offset_of!(yaml_parser_t, problem_mark) == 32);
    assert!(offset_of!(yaml_parser_t, context) == 56);
    assert!(offset_of!(yaml_parser_t, context_mark) == 64);
    assert!(offset_of!(yaml_parser_t, read_handler) == 88);
    assert!(offset_of!(yaml_parser_t, read_handler_data) == 96);
    assert!(offset_of!(yaml_parser_t, input) == 104);
    assert!(offset_of!(yaml_parser_t, eof) == 128);
    assert!(offset_of!(yaml_parser_t, buffer) == 136);
    assert!(offset_of!(yaml_parser_t, unread) == 168);
    assert!(offset_of!(yaml_parser_t, raw_buffer) == 176);
    assert!(offset_of!(yaml_parser_t, encoding) == 208);
    assert!(offset_of!(yaml_parser_t, offset) == 216);
    assert!(offset_of!(yaml_parser_t, mark) == 224);
    assert!(offset_of!(yaml_parser_t, stream_start_produced) == 248);
    assert!(offset_of!(yaml_parser_t, stream_end_produced) == 252);
    assert!(offset_of!(yaml_parser_t, flow_level) == 256);
    assert!(offset_of!(yaml_parser_t, tokens) == 264);
    assert!(offset_of!(yaml_parser_t, tokens_parsed) == 296);
    assert!(offset_of!(yaml_parser_t, token_available) == 304);
    assert!(offset_of!(yaml_parser_t, indents) == 312);
    assert!(offset_of!(yaml_parser_t, indent) == 336);
    assert!(offset_of!(yaml_parser_t, simple_key_allowed) == 340);
    assert!(offset_of!(yaml_parser_t, simple_keys) == 344);
    assert!(offset_of!(yaml_parser_t, states) == 368);
    assert!(offset_of!(yaml_parser_t, state) == 392);
    assert!(offset_of!(yaml_parser_t, marks) == 400);
    assert!(offset_of!(yaml_parser_t, tag_directives) == 424);
    assert!(offset_of!(yaml_parser_t, aliases) == 448);
    assert!(offset_of!(yaml_parser_t, document) == 472);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_emitter_t {
    pub error: yaml_error_type_e,
    pub problem: *const c_char,
    pub write_handler: Option<unsafe extern "C" fn(*mut c_void, *mut c_uchar, usize) -> c_int>,
    pub write_handler_data: *mut c_void,
    pub output: yaml_emitter_t_output,
    pub buffer: yaml_emitter_t_buffer,
    pub raw_buffer: yaml_emitter_t_raw_buffer,
    pub encoding: yaml_encoding_t,
    pub canonical: c_int,
    pub best_indent: c_int,
    pub best_width: c_int,
    pub unicode: c_int,
    pub line_break: yaml_break_t,
    pub states: yaml_emitter_t_states,
    pub state: yaml_emitter_state_t,
    pub events: yaml_emitter_t_events,
    pub indents: yaml_emitter_t_indents,
    pub tag_directives: yaml_emitter_t_tag_directives,
    pub indent: c_int,
    pub flow_level: c_int,
    pub root_context: c_int,
    pub sequence_context: c_int,
    pub mapping_context: c_int,
    pub simple_key_context: c_int,
    pub line: c_int,
    pub column: c_int,
    pub whitespace: c_int,
    pub indention: c_int,
    pub open_ended: c_int,
    pub anchor_data: yaml_emitter_t_anchor_data,
    pub tag_data: yaml_emitter_t_tag_data,
    pub scalar_data: yaml_emitter_t_scalar_data,
    pub opened: c_int,
    pub closed: c_int,
    pub anchors: *mut yaml_anchors_t,
    pub last_anchor_id: c_int,
    pub document: *mut yaml_document_t,
}
const _: () = {
    assert!(size_of::<yaml_emitter_t>() == 432);
    assert!(align_of::<yaml_emitter_t>() == 8);
    assert!(offset_of!(yaml_emitter_t, error) == 0);
    assert!(offset_of!(yaml_emitter_t, problem) == 8);
    assert!(offset_of!(yaml_emitter_t, write_handler) == 16);
    assert!(offset_of!(yaml_emitter_t, write_handler_data) == 24);
    assert!(offset_of!(yaml_emitter_t, output) == 32);
    assert!(offset_of!(yaml_emitter_t, buffer) == 56);
    assert!(offset_of!(yaml_emitter_t, raw_buffer) == 88);
    assert!(offset_of!(yaml_emitter_t, encoding) == 120);
    assert!(offset_of!(yaml_emitter_t, canonical) == 124);
    assert!(offset_of!(yaml_emitter_t, best_indent) == 128);
    assert!(offset_of!(yaml_emitter_t, best_width) == 132);
    assert!(offset_of!(yaml_emitter_t, unicode) == 136);
    assert!(offset_of!(yaml_emitter_t, line_break) == 140);
    assert!(offset_of!(yaml_emitter_t, states) == 144);
    assert!(offset_of!(yaml_emitter_t, state) == 168);
    assert!(offset_of!(yaml_emitter_t, events) == 176);
    assert!(offset_of!(yaml_emitter_t, indents) == 208);
    assert!(offset_of!(yaml_emitter_t, tag_directives) == 232);
    assert!(offset_of!(yaml_emitter_t, indent) == 256);
    assert!(offset_of!(yaml_emitter_t, flow_level) == 260);
    assert!(offset_of!(yaml_emitter_t, root_context) == 264);
    assert!(offset_of!(yaml_emitter_t, sequence_context) == 268);
    assert!(offset_of!(yaml_emitter_t, mapping_context) == 272);
    assert!(offset_of!(yaml_emitter_t, simple_key_context) == 276);
    assert!(offset_of!(yaml_emitter_t, line) == 280);
    assert!(offset_of!(yaml_emitter_t, column) == 284);
    assert!(offset_of!(yaml_emitter_t, whitespace) == 288);
    assert!(offset_of!(yaml_emitter_t, indention) == 292);
    assert!(offset_of!(yaml_emitter_t, open_ended) == 296);
    assert!(offset_of!(yaml_emitter_t, anchor_data) == 304);
    assert!(offset_of!(yaml_emitter_t, tag_data) == 328);
    assert!(offset_of!(yaml_emitter_t, scalar_data) == 360);
    assert!(offset_of!(yaml_emitter_t, opened) == 400);
    assert!(offset_of!(yaml_emitter_t, closed) == 404);
    assert!(offset_of!(yaml_emitter_t, anchors) == 408);
    assert!(offset_of!(yaml_emitter_t, last_anchor_id) == 416);
    assert!(offset_of!(yaml_emitter_t, document) == 424);
};

/// Known by its address only.
#[repr(C)]
pub struct FILE {
    _opaque: [u8; 0],
}

#[repr(C)]
#[derive(Clone, Copy)]
pub union yaml_event_t_data {
    pub stream_start: yaml_event_t_data_stream_start,
    pub document_start: yaml_event_t_data_document_start,
    pub document_end: yaml_event_t_data_document_end,
    pub alias: yaml_event_t_data_alias,
    pub scalar: yaml_event_t_data_scalar,
    pub sequence_start: yaml_event_t_data_sequence_start,
    pub mapping_start: yaml_event_t_data_mapping_start,
}
const _: () = {
    assert!(size_of::<yaml_event_t_data>() == 48);
    assert!(align_of::<yaml_event_t_data>() == 8);
    assert!(offset_of!(yaml_event_t_data, stream_start) == 0);
    assert!(offset_of!(yaml_event_t_data, document_start) == 0);
    assert!(offset_of!(yaml_event_t_data, document_end) == 0);
    assert!(offset_of!(yaml_event_t_data, alias) == 0);
    assert!(offset_of!(yaml_event_t_data, scalar) == 0);
    assert!(offset_of!(yaml_event_t_data, sequence_start) == 0);
    assert!(offset_of!(yaml_event_t_data, mapping_start) == 0);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_mark_t {
    pub index: usize,
    pub line: usize,
    pub column: usize,
}
const _: () = {
    assert!(size_of::<yaml_mark_t>() == 24);
    assert!(align_of::<yaml_mark_t>() == 8);
    assert!(offset_of!(yaml_mark_t, index) == 0);
    assert!(offset_of!(yaml_mark_t, line) == 8);
    assert!(offset_of!(yaml_mark_t, column) == 16);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub union yaml_token_t_data {
    pub stream_start: yaml_token_t_data_stream_start,
    pub alias: yaml_token_t_data_alias,
    pub anchor: yaml_token_t_data_anchor,
    pub tag: yaml_token_t_data_tag,
    pub scalar: yaml_token_t_data_scalar,
    pub version_directive: yaml_token_t_data_version_directive,
    pub tag_directive: yaml_token_t_data_tag_directive,
}
const _: () = {
    assert!(size_of::<yaml_token_t_data>() == 24);
    assert!(align_of::<yaml_token_t_data>() == 8);
    assert!(offset_of!(yaml_token_t_data, stream_start) == 0);
    assert!(offset_of!(yaml_token_t_data, alias) == 0);
    assert!(offset_of!(yaml_token_t_data, anchor) == 0);
    assert!(offset_of!(yaml_token_t_data, tag) == 0);
    assert!(offset_of!(yaml_token_t_data, scalar) == 0);
    assert!(offset_of!(yaml_token_t_data, version_directive) == 0);
    assert!(offset_of!(yaml_token_t_data, tag_directive) == 0);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_document_t_nodes {
    pub start: *mut yaml_node_t,
    pub end: *mut yaml_node_t,
    pub top: *mut yaml_node_t,
}
const _: () = {
    assert!(size_of::<yaml_document_t_nodes>() == 24);
    assert!(align_of::<yaml_document_t_nodes>() == 8);
    assert!(offset_of!(yaml_document_t_nodes, start) == 0);
    assert!(offset_of!(yaml_document_t_nodes, end) == 8);
    assert!(offset_of!(yaml_document_t_nodes, top) == 16);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_document_t_tag_directives {
    pub start: *mut yaml_tag_directive_t,
    pub end: *mut yaml_tag_directive_t,
}
const _: () = {
    assert!(size_of::<yaml_document_t_tag_directives>() == 16);
    assert!(align_of::<yaml_document_t_tag_directives>() == 8);
    assert!(offset_of!(yaml_document_t_tag_directives, start) == 0);
    assert!(offset_of!(yaml_document_t_tag_directives, end) == 8);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub union yaml_node_t_data {
    pub scalar: yaml_node_t_data_scalar,
    pub sequence: yaml_node_t_data_sequence,
    pub mapping: yaml_node_t_data_mapping,
}
const _: () = {
    assert!(size_of::<yaml_node_t_data>() == 32);
    assert!(align_of::<yaml_node_t_data>() == 8);
    assert!(offset_of!(yaml_node_t_data, scalar) == 0);
    assert!(offset_of!(yaml_node_t_data, sequence) == 0);
    assert!(offset_of!(yaml_node_t_data, mapping) == 0);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub union yaml_parser_t_input {
    pub string: yaml_parser_t_input_string,
    pub file: *mut FILE,
}
const _: () = {
    assert!(size_of::<yaml_parser_t_input>() == 24);
    assert!(align_of::<yaml_parser_t_input>() == 8);
    assert!(offset_of!(yaml_parser_t_input, string) == 0);
    assert!(offset_of!(yaml_parser_t_input, file) == 0);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_parser_t_buffer {
    pub start: *mut yaml_char_t,
    pub end: *mut yaml_char_t,
    pub pointer: *mut yaml_char_t,
    pub last: *mut yaml_char_t,
}
const _: () = {
    assert!(size_of::<yaml_parser_t_buffer>() == 32);
    assert!(align_of::<yaml_parser_t_buffer>() == 8);
    assert!(offset_of!(yaml_parser_t_buffer, start) == 0);
    assert!(offset_of!(yaml_parser_t_buffer, end) == 8);
    assert!(offset_of!(yaml_parser_t_buffer, pointer) == 16);
    assert!(offset_of!(yaml_parser_t_buffer, last) == 24);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_parser_t_raw_buffer {
    pub start: *mut c_uchar,
    pub end: *mut c_uchar,
    pub pointer: *mut c_uchar,
    pub last: *mut c_uchar,
}
const _: () = {
    assert!(size_of::<yaml_parser_t_raw_buffer>() == 32);
    assert!(align_of::<yaml_parser_t_raw_buffer>() == 8);
    assert!(offset_of!(yaml_parser_t_raw_buffer, start) == 0);
    assert!(offset_of!(yaml_parser_t_raw_buffer, end) == 8);
    assert!(offset_of!(yaml_parser_t_raw_buffer, pointer) == 16);
    assert!(offset_of!(yaml_parser_t_raw_buffer, last) == 24);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_parser_t_tokens {
    pub start: *mut yaml_token_t,
    pub end: *mut yaml_token_t,
    pub head: *mut yaml_token_t,
    pub tail: *mut yaml_token_t,
}
const _: () = {
    assert!(size_of::<yaml_parser_t_tokens>() == 32);
    assert!(align_of::<yaml_parser_t_tokens>() == 8);
    assert!(offset_of!(yaml_parser_t_tokens, start) == 0);
    assert!(offset_of!(yaml_parser_t_tokens, end) == 8);
    assert!(offset_of!(yaml_parser_t_tokens, head) == 16);
    assert!(offset_of!(yaml_parser_t_tokens, tail) == 24);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_parser_t_indents {
    pub start: *mut c_int,
    pub end: *mut c_int,
    pub top: *mut c_int,
}
const _: () = {
    assert!(size_of::<yaml_parser_t_indents>() == 24);
    assert!(align_of::<yaml_parser_t_indents>() == 8);
    assert!(offset_of!(yaml_parser_t_indents, start) == 0);
    assert!(offset_of!(yaml_parser_t_indents, end) == 8);
    assert!(offset_of!(yaml_parser_t_indents, top) == 16);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_parser_t_simple_keys {
    pub start: *mut yaml_simple_key_t,
    pub end: *mut yaml_simple_key_t,
    pub top: *mut yaml_simple_key_t,
}
const _: () = {
    assert!(size_of::<yaml_parser_t_simple_keys>() == 24);
    assert!(align_of::<yaml_parser_t_simple_keys>() == 8);
    assert!(offset_of!(yaml_parser_t_simple_keys, start) == 0);
    assert!(offset_of!(yaml_parser_t_simple_keys, end) == 8);
    assert!(offset_of!(yaml_parser_t_simple_keys, top) == 16);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_parser_t_states {
    pub start: *mut yaml_parser_state_t,
    pub end: *mut yaml_parser_state_t,
    pub top: *mut yaml_parser_state_t,
}
const _: () = {
    assert!(size_of::<yaml_parser_t_states>() == 24);
    assert!(align_of::<yaml_parser_t_states>() == 8);
    assert!(offset_of!(yaml_parser_t_states, start) == 0);
    assert!(offset_of!(yaml_parser_t_states, end) == 8);
    assert!(offset_of!(yaml_parser_t_states, top) == 16);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_parser_t_marks {
    pub start: *mut yaml_mark_t,
    pub end: *mut yaml_mark_t,
    pub top: *mut yaml_mark_t,
}
const _: () = {
    assert!(size_of::<yaml_parser_t_marks>() == 24);
    assert!(align_of::<yaml_parser_t_marks>() == 8);
    assert!(offset_of!(yaml_parser_t_marks, start) == 0);
    assert!(offset_of!(yaml_parser_t_marks, end) == 8);
    assert!(offset_of!(yaml_parser_t_marks, top) == 16);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_parser_t_tag_directives {
    pub start: *mut yaml_tag_directive_t,
    pub end: *mut yaml_tag_directive_t,
    pub top: *mut yaml_tag_directive_t,
}
const _: () = {
    assert!(size_of::<yaml_parser_t_tag_directives>() == 24);
    assert!(align_of::<yaml_parser_t_tag_directives>() == 8);
    assert!(offset_of!(yaml_parser_t_tag_directives, start) == 0);
    assert!(offset_of!(yaml_parser_t_tag_directives, end) == 8);
    assert!(offset_of!(yaml_parser_t_tag_directives, top) == 16);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_parser_t_aliases {
    pub start: *mut yaml_alias_data_t,
    pub end: *mut yaml_alias_data_t,
    pub top: *mut yaml_alias_data_t,
}
const _: () = {
    assert!(size_of::<yaml_parser_t_aliases>() == 24);
    assert!(align_of::<yaml_parser_t_aliases>() == 8);
    assert!(offset_of!(yaml_parser_t_aliases, start) == 0);
    assert!(offset_of!(yaml_parser_t_aliases, end) == 8);
    assert!(offset_of!(yaml_parser_t_aliases, top) == 16);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub union yaml_emitter_t_output {
    pub string: yaml_emitter_t_output_string,
    pub file: *mut FILE,
}
const _: () = {
    assert!(size_of::<yaml_emitter_t_output>() == 24);
    assert!(align_of::<yaml_emitter_t_output>() == 8);
    assert!(offset_of!(yaml_emitter_t_output, string) == 0);
    assert!(offset_of!(yaml_emitter_t_output, file) == 0);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_emitter_t_buffer {
    pub start: *mut yaml_char_t,
    pub end: *mut yaml_char_t,
    pub pointer: *mut yaml_char_t,
    pub last: *mut yaml_char_t,
}
const _: () = {
    assert!(size_of::<yaml_emitter_t_buffer>() == 32);
    assert!(align_of::<yaml_emitter_t_buffer>() == 8);
    assert!(offset_of!(yaml_emitter_t_buffer, start) == 0);
    assert!(offset_of!(yaml_emitter_t_buffer, end) == 8);
    assert!(offset_of!(yaml_emitter_t_buffer, pointer) == 16);
    assert!(offset_of!(yaml_emitter_t_buffer, last) == 24);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_emitter_t_raw_buffer {
    pub start: *mut c_uchar,
    pub end: *mut c_uchar,
    pub pointer: *mut c_uchar,
    pub last: *mut c_uchar,
}
const _: () = {
    assert!(size_of::<yaml_emitter_t_raw_buffer>() == 32);
    assert!(align_of::<yaml_emitter_t_raw_buffer>() == 8);
    assert!(offset_of!(yaml_emitter_t_raw_buffer, start) == 0);
    assert!(offset_of!(yaml_emitter_t_raw_buffer, end) == 8);
    assert!(offset_of!(yaml_emitter_t_raw_buffer, pointer) == 16);
    assert!(offset_of!(yaml_emitter_t_raw_buffer, last) == 24);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_emitter_t_states {
    pub start: *mut yaml_emitter_state_t,
    pub end: *mut yaml_emitter_state_t,
    pub top: *mut yaml_emitter_state_t,
}
const _: () = {
    assert!(size_of::<yaml_emitter_t_states>() == 24);
    assert!(align_of::<yaml_emitter_t_states>() == 8);
    assert!(offset_of!(yaml_emitter_t_states, start) == 0);
    assert!(offset_of!(yaml_emitter_t_states, end) == 8);
    assert!(offset_of!(yaml_emitter_t_states, top) == 16);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_emitter_t_events {
    pub start: *mut yaml_event_t,
    pub end: *mut yaml_event_t,
    pub head: *mut yaml_event_t,
    pub tail: *mut yaml_event_t,
}
const _: () = {
    assert!(size_of::<yaml_emitter_t_events>() == 32);
    assert!(align_of::<yaml_emitter_t_events>() == 8);
    assert!(offset_of!(yaml_emitter_t_events, start) == 0);
    assert!(offset_of!(yaml_emitter_t_events, end) == 8);
    assert!(offset_of!(yaml_emitter_t_events, head) == 16);
    assert!(offset_of!(yaml_emitter_t_events, tail) == 24);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_emitter_t_indents {
    pub start: *mut c_int,
    pub end: *mut c_int,
    pub top: *mut c_int,
}
const _: () = {
    assert!(size_of::<yaml_emitter_t_indents>() == 24);
    assert!(align_of::<yaml_emitter_t_indents>() == 8);
    assert!(offset_of!(yaml_emitter_t_indents, start) == 0);
    assert!(offset_of!(yaml_emitter_t_indents, end) == 8);
    assert!(offset_of!(yaml_emitter_t_indents, top) == 16);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_emitter_t_tag_directives {
    pub start: *mut yaml_tag_directive_t,
    pub end: *mut yaml_tag_directive_t,
    pub top: *mut yaml_tag_directive_t,
}
const _: () = {
    assert!(size_of::<yaml_emitter_t_tag_directives>() == 24);
    assert!(align_of::<yaml_emitter_t_tag_directives>() == 8);
    assert!(offset_of!(yaml_emitter_t_tag_directives, start) == 0);
    assert!(offset_of!(yaml_emitter_t_tag_directives, end) == 8);
    assert!(offset_of!(yaml_emitter_t_tag_directives, top) == 16);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_emitter_t_anchor_data {
    pub anchor: *mut yaml_char_t,
    pub anchor_length: usize,
    pub alias: c_int,
}
const _: () = {
    assert!(size_of::<yaml_emitter_t_anchor_data>() == 24);
    assert!(align_of::<yaml_emitter_t_anchor_data>() == 8);
    assert!(offset_of!(yaml_emitter_t_anchor_data, anchor) == 0);
    assert!(offset_of!(yaml_emitter_t_anchor_data, anchor_length) == 8);
    assert!(offset_of!(yaml_emitter_t_anchor_data, alias) == 16);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_emitter_t_tag_data {
    pub handle: *mut yaml_char_t,
    pub handle_length: usize,
    pub suffix: *mut yaml_char_t,
    pub suffix_length: usize,
}
const _: () = {
    assert!(size_of::<yaml_emitter_t_tag_data>() == 32);
    assert!(align_of::<yaml_emitter_t_tag_data>() == 8);
    assert!(offset_of!(yaml_emitter_t_tag_data, handle) == 0);
    assert!(offset_of!(yaml_emitter_t_tag_data, handle_length) == 8);
    assert!(offset_of!(yaml_emitter_t_tag_data, suffix) == 16);
    assert!(offset_of!(yaml_emitter_t_tag_data, suffix_length) == 24);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_emitter_t_scalar_data {
    pub value: *mut yaml_char_t,
    pub length: usize,
    pub multiline: c_int,
    pub flow_plain_allowed: c_int,
    pub block_plain_allowed: c_int,
    pub single_quoted_allowed: c_int,
    pub block_allowed: c_int,
    pub style: yaml_scalar_style_t,
}
const _: () = {
    assert!(size_of::<yaml_emitter_t_scalar_data>() == 40);
    assert!(align_of::<yaml_emitter_t_scalar_data>() == 8);
    assert!(offset_of!(yaml_emitter_t_scalar_data, value) == 0);
    assert!(offset_of!(yaml_emitter_t_scalar_data, length) == 8);
    assert!(offset_of!(yaml_emitter_t_scalar_data, multiline) == 16);
    assert!(offset_of!(yaml_emitter_t_scalar_data, flow_plain_allowed) == 20);
    assert!(offset_of!(yaml_emitter_t_scalar_data, block_plain_allowed) == 24);
    assert!(offset_of!(yaml_emitter_t_scalar_data, single_quoted_allowed) == 28);
    assert!(offset_of!(yaml_emitter_t_scalar_data, block_allowed) == 32);
    assert!(offset_of!(yaml_emitter_t_scalar_data, style) == 36);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_anchors_t {
    pub references: c_int,
    pub anchor: c_int,
    pub serialized: c_int,
}
const _: () = {
    assert!(size_of::<yaml_anchors_t>() == 12);
    assert!(align_of::<yaml_anchors_t>() == 4);
    assert!(offset_of!(yaml_anchors_t, references) == 0);
    assert!(offset_of!(yaml_anchors_t, anchor) == 4);
    assert!(offset_of!(yaml_anchors_t, serialized) == 8);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_event_t_data_stream_start {
    pub encoding: yaml_encoding_t,
}
const _: () = {
    assert!(size_of::<yaml_event_t_data_stream_start>() == 4);
    assert!(align_of::<yaml_event_t_data_stream_start>() == 4);
    assert!(offset_of!(yaml_event_t_data_stream_start, encoding) == 0);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_event_t_data_document_start {
    pub version_directive: *mut yaml_version_directive_t,
    pub tag_directives: yaml_event_t_data_document_start_tag_directives,
    pub implicit: c_int,
}
const _: () = {
    assert!(size_of::<yaml_event_t_data_document_start>() == 32);
    assert!(align_of::<yaml_event_t_data_document_start>() == 8);
    assert!(offset_of!(yaml_event_t_data_document_start, version_directive) == 0);
    assert!(offset_of!(yaml_event_t_data_document_start, tag_directives) == 8);
    assert!(offset_of!(yaml_event_t_data_document_start, implicit) == 24);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_event_t_data_document_end {
    pub implicit: c_int,
}
const _: () = {
    assert!(size_of::<yaml_event_t_data_document_end>() == 4);
    assert!(align_of::<yaml_event_t_data_document_end>() == 4);
    assert!(offset_of!(yaml_event_t_data_document_end, implicit) == 0);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_event_t_data_alias {
    pub anchor: *mut yaml_char_t,
}
const _: () = {
    assert!(size_of::<yaml_event_t_data_alias>() == 8);
    assert!(align_of::<yaml_event_t_data_alias>() == 8);
    assert!(offset_of!(yaml_event_t_data_alias, anchor) == 0);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_event_t_data_scalar {
    pub anchor: *mut yaml_char_t,
    pub tag: *mut yaml_char_t,
    pub value: *mut yaml_char_t,
    pub length: usize,
    pub plain_implicit: c_int,
    pub quoted_implicit: c_int,
    pub style: yaml_scalar_style_t,
}
const _: () = {
    assert!(size_of::<yaml_event_t_data_scalar>() == 48);
    assert!(align_of::<yaml_event_t_data_scalar>() == 8);
    assert!(offset_of!(yaml_event_t_data_scalar, anchor) == 0);
    assert!(offset_of!(yaml_event_t_data_scalar, tag) == 8);
    assert!(offset_of!(yaml_event_t_data_scalar, value) == 16);
    assert!(offset_of!(yaml_event_t_data_scalar, length) == 24);
    assert!(offset_of!(yaml_event_t_data_scalar, plain_implicit) == 32);
    assert!(offset_of!(yaml_event_t_data_scalar, quoted_implicit) == 36);
    assert!(offset_of!(yaml_event_t_data_scalar, style) == 40);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_event_t_data_sequence_start {
    pub anchor: *mut yaml_char_t,
    pub tag: *mut yaml_char_t,
    pub implicit: c_int,
    pub style: yaml_sequence_style_t,
}
const _: () = {
    assert!(size_of::<yaml_event_t_data_sequence_start>() == 24);
    assert!(align_of::<yaml_event_t_data_sequence_start>() == 8);
    assert!(offset_of!(yaml_event_t_data_sequence_start, anchor) == 0);
    assert!(offset_of!(yaml_event_t_data_sequence_start, tag) == 8);
    assert!(offset_of!(yaml_event_t_data_sequence_start, implicit) == 16);
    assert!(offset_of!(yaml_event_t_data_sequence_start, style) == 20);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_event_t_data_mapping_start {
    pub anchor: *mut yaml_char_t,
    pub tag: *mut yaml_char_t,
    pub implicit: c_int,
    pub style: yaml_mapping_style_t,
}
const _: () = {
    assert!(size_of::<yaml_event_t_data_mapping_start>() == 24);
    assert!(align_of::<yaml_event_t_data_mapping_start>() == 8);
    assert!(offset_of!(yaml_event_t_data_mapping_start, anchor) == 0);
    assert!(offset_of!(yaml_event_t_data_mapping_start, tag) == 8);
    assert!(offset_of!(yaml_event_t_data_mapping_start, implicit) == 16);
    assert!(offset_of!(yaml_event_t_data_mapping_start, style) == 20);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_token_t_data_stream_start {
    pub encoding: yaml_encoding_t,
}
const _: () = {
    assert!(size_of::<yaml_token_t_data_stream_start>() == 4);
    assert!(align_of::<yaml_token_t_data_stream_start>() == 4);
    assert!(offset_of!(yaml_token_t_data_stream_start, encoding) == 0);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_token_t_data_alias {
    pub value: *mut yaml_char_t,
}
const _: () = {
    assert!(size_of::<yaml_token_t_data_alias>() == 8);
    assert!(align_of::<yaml_token_t_data_alias>() == 8);
    assert!(offset_of!(yaml_token_t_data_alias, value) == 0);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_token_t_data_anchor {
    pub value: *mut yaml_char_t,
}
const _: () = {
    assert!(size_of::<yaml_token_t_data_anchor>() == 8);
    assert!(align_of::<yaml_token_t_data_anchor>() == 8);
    assert!(offset_of!(yaml_token_t_data_anchor, value) == 0);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_token_t_data_tag {
    pub handle: *mut yaml_char_t,
    pub suffix: *mut yaml_char_t,
}
const _: () = {
    assert!(size_of::<yaml_token_t_data_tag>() == 16);
    assert!(align_of::<yaml_token_t_data_tag>() == 8);
    assert!(offset_of!(yaml_token_t_data_tag, handle) == 0);
    assert!(offset_of!(yaml_token_t_data_tag, suffix) == 8);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_token_t_data_scalar {
    pub value: *mut yaml_char_t,
    pub length: usize,
    pub style: yaml_scalar_style_t,
}
const _: () = {
    assert!(size_of::<yaml_token_t_data_scalar>() == 24);
    assert!(align_of::<yaml_token_t_data_scalar>() == 8);
    assert!(offset_of!(yaml_token_t_data_scalar, value) == 0);
    assert!(offset_of!(yaml_token_t_data_scalar, length) == 8);
    assert!(offset_of!(yaml_token_t_data_scalar, style) == 16);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_token_t_data_version_directive {
    pub major: c_int,
    pub minor: c_int,
}
const _: () = {
    assert!(size_of::<yaml_token_t_data_version_directive>() == 8);
    assert!(align_of::<yaml_token_t_data_version_directive>() == 4);
    assert!(offset_of!(yaml_token_t_data_version_directive, major) == 0);
    assert!(offset_of!(yaml_token_t_data_version_directive, minor) == 4);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_token_t_data_tag_directive {
    pub handle: *mut yaml_char_t,
    pub prefix: *mut yaml_char_t,
}
const _: () = {
    assert!(size_of::<yaml_token_t_data_tag_directive>() == 16);
    assert!(align_of::<yaml_token_t_data_tag_directive>() == 8);
    assert!(offset_of!(yaml_token_t_data_tag_directive, handle) == 0);
    assert!(offset_of!(yaml_token_t_data_tag_directive, prefix) == 8);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_node_t_data_scalar {
    pub value: *mut yaml_char_t,
    pub length: usize,
    pub style: yaml_scalar_style_t,
}
const _: () = {
    assert!(size_of::<yaml_node_t_data_scalar>() == 24);
    assert!(align_of::<yaml_node_t_data_scalar>() == 8);
    assert!(offset_of!(yaml_node_t_data_scalar, value) == 0);
    assert!(offset_of!(yaml_node_t_data_scalar, length) == 8);
    assert!(offset_of!(yaml_node_t_data_scalar, style) == 16);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_node_t_data_sequence {
    pub items: yaml_node_t_data_sequence_items,
    pub style: yaml_sequence_style_t,
}
const _: () = {
    assert!(size_of::<yaml_node_t_data_sequence>() == 32);
    assert!(align_of::<yaml_node_t_data_sequence>() == 8);
    assert!(offset_of!(yaml_node_t_data_sequence, items) == 0);
    assert!(offset_of!(yaml_node_t_data_sequence, style) == 24);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_node_t_data_mapping {
    pub pairs: yaml_node_t_data_mapping_pairs,
    pub style: yaml_mapping_style_t,
}
const _: () = {
    assert!(size_of::<yaml_node_t_data_mapping>() == 32);
    assert!(align_of::<yaml_node_t_data_mapping>() == 8);
    assert!(offset_of!(yaml_node_t_data_mapping, pairs) == 0);
    assert!(offset_of!(yaml_node_t_data_mapping, style) == 24);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_parser_t_input_string {
    pub start: *const c_uchar,
    pub end: *const c_uchar,
    pub current: *const c_uchar,
}
const _: () = {
    assert!(size_of::<yaml_parser_t_input_string>() == 24);
    assert!(align_of::<yaml_parser_t_input_string>() == 8);
    assert!(offset_of!(yaml_parser_t_input_string, start) == 0);
    assert!(offset_of!(yaml_parser_t_input_string, end) == 8);
    assert!(offset_of!(yaml_parser_t_input_string, current) == 16);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_simple_key_t {
    pub possible: c_int,
    pub required: c_int,
    pub token_number: usize,
    pub mark: yaml_mark_t,
}
const _: () = {
    assert!(size_of::<yaml_simple_key_t>() == 40);
    assert!(align_of::<yaml_simple_key_t>() == 8);
    assert!(offset_of!(yaml_simple_key_t, possible) == 0);
    assert!(offset_of!(yaml_simple_key_t, required) == 4);
    assert!(offset_of!(yaml_simple_key_t, token_number) == 8);
    assert!(offset_of!(yaml_simple_key_t, mark) == 16);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_alias_data_t {
    pub anchor: *mut yaml_char_t,
    pub index: c_int,
    pub mark: yaml_mark_t,
}
const _: () = {
    assert!(size_of::<yaml_alias_data_t>() == 40);
    assert!(align_of::<yaml_alias_data_t>() == 8);
    assert!(offset_of!(yaml_alias_data_t, anchor) == 0);
    assert!(offset_of!(yaml_alias_data_t, index) == 8);
    assert!(offset_of!(yaml_alias_data_t, mark) == 16);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_emitter_t_output_string {
    pub buffer: *mut c_uchar,
    pub size: usize,
    pub size_written: *mut usize,
}
const _: () = {
    assert!(size_of::<yaml_emitter_t_output_string>() == 24);
    assert!(align_of::<yaml_emitter_t_output_string>() == 8);
    assert!(offset_of!(yaml_emitter_t_output_string, buffer) == 0);
    assert!(offset_of!(yaml_emitter_t_output_string, size) == 8);
    assert!(offset_of!(yaml_emitter_t_output_string, size_written) == 16);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_event_t_data_document_start_tag_directives {
    pub start: *mut yaml_tag_directive_t,
    pub end: *mut yaml_tag_directive_t,
}
const _: () = {
    assert!(size_of::<yaml_event_t_data_document_start_tag_directives>() == 16);
    assert!(align_of::<yaml_event_t_data_document_start_tag_directives>() == 8);
    assert!(offset_of!(yaml_event_t_data_document_start_tag_directives, start) == 0);
    assert!(offset_of!(yaml_event_t_data_document_start_tag_directives, end) == 8);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_node_t_data_sequence_items {
    pub start: *mut yaml_node_item_t,
    pub end: *mut yaml_node_item_t,
    pub top: *mut yaml_node_item_t,
}
const _: () = {
    assert!(size_of::<yaml_node_t_data_sequence_items>() == 24);
    assert!(align_of::<yaml_node_t_data_sequence_items>() == 8);
    assert!(offset_of!(yaml_node_t_data_sequence_items, start) == 0);
    assert!(offset_of!(yaml_node_t_data_sequence_items, end) == 8);
    assert!(offset_of!(yaml_node_t_data_sequence_items, top) == 16);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_node_t_data_mapping_pairs {
    pub start: *mut yaml_node_pair_t,
    pub end: *mut yaml_node_pair_t,
    pub top: *mut yaml_node_pair_t,
}
const _: () = {
    assert!(size_of::<yaml_node_t_data_mapping_pairs>() == 24);
    assert!(align_of::<yaml_node_t_data_mapping_pairs>() == 8);
    assert!(offset_of!(yaml_node_t_data_mapping_pairs, start) == 0);
    assert!(offset_of!(yaml_node_t_data_mapping_pairs, end) == 8);
    assert!(offset_of!(yaml_node_t_data_mapping_pairs, top) == 16);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct yaml_node_pair_t {
    pub key: c_int,
    pub value: c_int,
}
const _: () = {
    assert!(size_of::<yaml_node_pair_t>() == 8);
    assert!(align_of::<yaml_node_pair_t>() == 4);
    assert!(offset_of!(yaml_node_pair_t, key) == 0);
    assert!(offset_of!(yaml_node_pair_t, value) == 4);
};
