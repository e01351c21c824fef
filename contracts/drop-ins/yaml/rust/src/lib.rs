//! libyaml by the crate that `Cargo.toml` names, which exports no name of C and has records of its own.
//!
//! What the crate keeps in a parser or an emitter stands in a box, to which C's record points where it has the data of a
//! handler; what callers may read there is stored after each call. Events and documents have members that are `int` in
//! C and `bool` in the crate: they are converted, and what they point at is handed on. Tokens and nodes are alike.

#![allow(non_camel_case_types, non_snake_case)]
#![allow(clippy::missing_safety_doc)] // each is as safe as its namesake in yaml.h

use std::ffi::{c_int, c_uchar, c_void};
use std::mem::{MaybeUninit, transmute_copy};
use std::ptr;

use unsafe_libyaml as y;

mod records;

use records::*;

type Read = unsafe extern "C" fn(*mut c_void, *mut c_uchar, usize, *mut usize) -> c_int;
type Write = unsafe extern "C" fn(*mut c_void, *mut c_uchar, usize) -> c_int;

struct Parser {
    yaml: MaybeUninit<y::yaml_parser_t>,
    read: Option<Read>,
    data: *mut c_void,
}

struct Emitter {
    yaml: MaybeUninit<y::yaml_emitter_t>,
    write: Option<Write>,
    data: *mut c_void,
}

/// The crate calls functions of Rust, which call those of C.
unsafe fn read(data: *mut c_void, buffer: *mut c_uchar, size: u64, size_read: *mut u64) -> c_int {
    unsafe {
        let parser = data.cast::<Parser>();
        match (*parser).read {
            Some(read) => read((*parser).data, buffer, size as usize, size_read.cast()),
            None => 0,
        }
    }
}

unsafe fn write(data: *mut c_void, buffer: *mut c_uchar, size: u64) -> c_int {
    unsafe {
        let emitter = data.cast::<Emitter>();
        match (*emitter).write {
            Some(write) => write((*emitter).data, buffer, size as usize),
            None => 0,
        }
    }
}

/// Returns an enumerator of the crate, of one that C has.
unsafe fn kind<T>(number: u32) -> T {
    unsafe { transmute_copy(&number) }
}

fn mark(from: y::yaml_mark_t) -> yaml_mark_t {
    yaml_mark_t {
        index: from.index as usize,
        line: from.line as usize,
        column: from.column as usize,
    }
}

unsafe fn parser(of: *mut yaml_parser_t) -> *mut Parser {
    unsafe { (*of).read_handler_data.cast() }
}

unsafe fn emitter(of: *mut yaml_emitter_t) -> *mut Emitter {
    unsafe { (*of).write_handler_data.cast() }
}

/// Stores what the crate's parser tells callers, and passes on whether it is well.
unsafe fn parsed(of: *mut yaml_parser_t, done: bool) -> c_int {
    unsafe {
        let (to, from) = (&mut *of, (*parser(of)).yaml.assume_init_ref());
        to.error = from.error as u32;
        to.problem = from.problem.cast();
        to.problem_offset = from.problem_offset as usize;
        to.problem_value = from.problem_value;
        to.problem_mark = mark(from.problem_mark);
        to.context = from.context.cast();
        to.context_mark = mark(from.context_mark);
        c_int::from(done)
    }
}

unsafe fn emitted(of: *mut yaml_emitter_t, done: bool) -> c_int {
    unsafe {
        let (to, from) = (&mut *of, (*emitter(of)).yaml.assume_init_ref());
        to.error = from.error as u32;
        to.problem = from.problem.cast();
        c_int::from(done)
    }
}

/// Stores an event of the crate as one of C.
unsafe fn put_event(to: *mut yaml_event_t, from: &y::yaml_event_t) {
    unsafe {
        ptr::write_bytes(to, 0, 1);
        let to = &mut *to;
        to.r#type = from.type_ as u32;
        to.start_mark = mark(from.start_mark);
        to.end_mark = mark(from.end_mark);
        match from.type_ {
            y::YAML_STREAM_START_EVENT => {
                to.data.stream_start.encoding = from.data.stream_start.encoding as u32
            }
            y::YAML_DOCUMENT_START_EVENT => {
                let from = from.data.document_start;
                to.data.document_start.version_directive = from.version_directive.cast();
                to.data.document_start.tag_directives.start = from.tag_directives.start.cast();
                to.data.document_start.tag_directives.end = from.tag_directives.end.cast();
                to.data.document_start.implicit = c_int::from(from.implicit);
            }
            y::YAML_DOCUMENT_END_EVENT => {
                to.data.document_end.implicit = c_int::from(from.data.document_end.implicit)
            }
            y::YAML_ALIAS_EVENT => to.data.alias.anchor = from.data.alias.anchor,
            y::YAML_SCALAR_EVENT => {
                let from = from.data.scalar;
                to.data.scalar.anchor = from.anchor;
                to.data.scalar.tag = from.tag;
                to.data.scalar.value = from.value;
                to.data.scalar.length = from.length as usize;
                to.data.scalar.plain_implicit = c_int::from(from.plain_implicit);
                to.data.scalar.quoted_implicit = c_int::from(from.quoted_implicit);
                to.data.scalar.style = from.style as u32;
            }
            y::YAML_SEQUENCE_START_EVENT => {
                let from = from.data.sequence_start;
                to.data.sequence_start.anchor = from.anchor;
                to.data.sequence_start.tag = from.tag;
                to.data.sequence_start.implicit = c_int::from(from.implicit);
                to.data.sequence_start.style = from.style as u32;
            }
            y::YAML_MAPPING_START_EVENT => {
                let from = from.data.mapping_start;
                to.data.mapping_start.anchor = from.anchor;
                to.data.mapping_start.tag = from.tag;
                to.data.mapping_start.implicit = c_int::from(from.implicit);
                to.data.mapping_start.style = from.style as u32;
            }
            _ => {}
        }
    }
}

/// Returns an event of C as one of the crate.
unsafe fn event_of(from: *const yaml_event_t) -> y::yaml_event_t {
    unsafe {
        let from = &*from;
        let mut to = MaybeUninit::<y::yaml_event_t>::zeroed().assume_init();
        to.type_ = kind(from.r#type);
        match to.type_ {
            y::YAML_STREAM_START_EVENT => {
                to.data.stream_start.encoding = kind(from.data.stream_start.encoding)
            }
            y::YAML_DOCUMENT_START_EVENT => {
                let from = from.data.document_start;
                to.data.document_start.version_directive = from.version_directive.cast();
                to.data.document_start.tag_directives.start = from.tag_directives.start.cast();
                to.data.document_start.tag_directives.end = from.tag_directives.end.cast();
                to.data.document_start.implicit = from.implicit != 0;
            }
            y::YAML_DOCUMENT_END_EVENT => {
                to.data.document_end.implicit = from.data.document_end.implicit != 0
            }
            y::YAML_ALIAS_EVENT => to.data.alias.anchor = from.data.alias.anchor,
            y::YAML_SCALAR_EVENT => {
                let from = from.data.scalar;
                to.data.scalar.anchor = from.anchor;
                to.data.scalar.tag = from.tag;
                to.data.scalar.value = from.value;
                to.data.scalar.length = from.length as u64;
                to.data.scalar.plain_implicit = from.plain_implicit != 0;
                to.data.scalar.quoted_implicit = from.quoted_implicit != 0;
                to.data.scalar.style = kind(from.style);
            }
            y::YAML_SEQUENCE_START_EVENT => {
                let from = from.data.sequence_start;
                to.data.sequence_start.anchor = from.anchor;
                to.data.sequence_start.tag = from.tag;
                to.data.sequence_start.implicit = from.implicit != 0;
                to.data.sequence_start.style = kind(from.style);
            }
            y::YAML_MAPPING_START_EVENT => {
                let from = from.data.mapping_start;
                to.data.mapping_start.anchor = from.anchor;
                to.data.mapping_start.tag = from.tag;
                to.data.mapping_start.implicit = from.implicit != 0;
                to.data.mapping_start.style = kind(from.style);
            }
            _ => {}
        }
        to
    }
}

unsafe fn put_document(to: *mut yaml_document_t, from: &y::yaml_document_t) {
    unsafe {
        ptr::write_bytes(to, 0, 1);
        let to = &mut *to;
        to.nodes.start = from.nodes.start.cast();
        to.nodes.end = from.nodes.end.cast();
        to.nodes.top = from.nodes.top.cast();
        to.version_directive = from.version_directive.cast();
        to.tag_directives.start = from.tag_directives.start.cast();
        to.tag_directives.end = from.tag_directives.end.cast();
        to.start_implicit = c_int::from(from.start_implicit);
        to.end_implicit = c_int::from(from.end_implicit);
        to.start_mark = mark(from.start_mark);
        to.end_mark = mark(from.end_mark);
    }
}

/// Does something with a document of C as one of the crate, and stores what it is then.
unsafe fn with<T>(
    document: *mut yaml_document_t,
    body: impl FnOnce(*mut y::yaml_document_t) -> T,
) -> T {
    unsafe {
        let from = &*document;
        let mut inner = MaybeUninit::<y::yaml_document_t>::zeroed().assume_init();
        inner.nodes.start = from.nodes.start.cast();
        inner.nodes.end = from.nodes.end.cast();
        inner.nodes.top = from.nodes.top.cast();
        inner.version_directive = from.version_directive.cast();
        inner.tag_directives.start = from.tag_directives.start.cast();
        inner.tag_directives.end = from.tag_directives.end.cast();
        inner.start_implicit = from.start_implicit != 0;
        inner.end_implicit = from.end_implicit != 0;
        for (to, from) in [
            (&mut inner.start_mark, from.start_mark),
            (&mut inner.end_mark, from.end_mark),
        ] {
            to.index = from.index as u64;
            to.line = from.line as u64;
            to.column = from.column as u64;
        }
        let done = body(&mut inner);
        put_document(document, &inner);
        done
    }
}

/// Stores what a function of the crate makes of an event; like the crate, nothing where it fails.
unsafe fn made(
    event: *mut yaml_event_t,
    body: impl FnOnce(*mut y::yaml_event_t) -> bool,
) -> c_int {
    unsafe {
        let mut inner = MaybeUninit::<y::yaml_event_t>::zeroed().assume_init();
        let done = body(&mut inner);
        if done {
            put_event(event, &inner);
        }
        c_int::from(done)
    }
}

macro_rules! exports {
    ($(fn $name:ident($($argument:ident: $type:ty),* $(,)?) $(-> $result:ty)? $body:block)*) => {$(
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name($($argument: $type),*) $(-> $result)? {
            unsafe { $body }
        }
    )*};
}

exports! {
    fn yaml_parser_initialize(of: *mut yaml_parser_t) -> c_int {
        let inner = Box::into_raw(Box::new(Parser {
            yaml: MaybeUninit::zeroed(),
            read: None,
            data: ptr::null_mut(),
        }));
        ptr::write_bytes(of, 0, 1);
        (*of).read_handler_data = inner.cast();
        let done = y::yaml_parser_initialize((*parser(of)).yaml.as_mut_ptr()).ok;
        parsed(of, done)
    }
    fn yaml_parser_delete(of: *mut yaml_parser_t) {
        y::yaml_parser_delete((*parser(of)).yaml.as_mut_ptr());
        drop(Box::from_raw(parser(of)));
        ptr::write_bytes(of, 0, 1);
    }
    fn yaml_parser_set_input_string(of: *mut yaml_parser_t, input: *const c_uchar, size: usize) {
        y::yaml_parser_set_input_string((*parser(of)).yaml.as_mut_ptr(), input, size as u64);
    }
    fn yaml_parser_set_input(of: *mut yaml_parser_t, handler: Option<Read>, data: *mut c_void) {
        (*parser(of)).read = handler;
        (*parser(of)).data = data;
        y::yaml_parser_set_input((*parser(of)).yaml.as_mut_ptr(), read, parser(of).cast());
    }
    fn yaml_parser_set_encoding(of: *mut yaml_parser_t, encoding: yaml_encoding_t) {
        y::yaml_parser_set_encoding((*parser(of)).yaml.as_mut_ptr(), kind(encoding));
    }
    fn yaml_parser_scan(of: *mut yaml_parser_t, token: *mut yaml_token_t) -> c_int {
        let done = y::yaml_parser_scan((*parser(of)).yaml.as_mut_ptr(), token.cast()).ok;
        parsed(of, done)
    }
    fn yaml_parser_parse(of: *mut yaml_parser_t, event: *mut yaml_event_t) -> c_int {
        let mut inner = MaybeUninit::<y::yaml_event_t>::zeroed().assume_init();
        let done = y::yaml_parser_parse((*parser(of)).yaml.as_mut_ptr(), &mut inner).ok;
        put_event(event, &inner);
        parsed(of, done)
    }
    fn yaml_parser_load(of: *mut yaml_parser_t, document: *mut yaml_document_t) -> c_int {
        let mut inner = MaybeUninit::<y::yaml_document_t>::zeroed().assume_init();
        let done = y::yaml_parser_load((*parser(of)).yaml.as_mut_ptr(), &mut inner).ok;
        put_document(document, &inner);
        parsed(of, done)
    }

    fn yaml_emitter_initialize(of: *mut yaml_emitter_t) -> c_int {
        let inner = Box::into_raw(Box::new(Emitter {
            yaml: MaybeUninit::zeroed(),
            write: None,
            data: ptr::null_mut(),
        }));
        ptr::write_bytes(of, 0, 1);
        (*of).write_handler_data = inner.cast();
        let done = y::yaml_emitter_initialize((*emitter(of)).yaml.as_mut_ptr()).ok;
        emitted(of, done)
    }
    fn yaml_emitter_delete(of: *mut yaml_emitter_t) {
        y::yaml_emitter_delete((*emitter(of)).yaml.as_mut_ptr());
        drop(Box::from_raw(emitter(of)));
        ptr::write_bytes(of, 0, 1);
    }
    fn yaml_emitter_set_output_string(
        of: *mut yaml_emitter_t,
        output: *mut c_uchar,
        size: usize,
        size_written: *mut usize,
    ) {
        y::yaml_emitter_set_output_string((*emitter(of)).yaml.as_mut_ptr(), output, size as u64, size_written.cast());
    }
    fn yaml_emitter_set_output(of: *mut yaml_emitter_t, handler: Option<Write>, data: *mut c_void) {
        (*emitter(of)).write = handler;
        (*emitter(of)).data = data;
        y::yaml_emitter_set_output((*emitter(of)).yaml.as_mut_ptr(), write, emitter(of).cast());
    }
    fn yaml_emitter_set_encoding(of: *mut yaml_emitter_t, encoding: yaml_encoding_t) {
        y::yaml_emitter_set_encoding((*emitter(of)).yaml.as_mut_ptr(), kind(encoding));
    }
    fn yaml_emitter_set_canonical(of: *mut yaml_emitter_t, canonical: c_int) {
        y::yaml_emitter_set_canonical((*emitter(of)).yaml.as_mut_ptr(), canonical != 0);
    }
    fn yaml_emitter_set_indent(of: *mut yaml_emitter_t, indent: c_int) {
        y::yaml_emitter_set_indent((*emitter(of)).yaml.as_mut_ptr(), indent);
    }
    fn yaml_emitter_set_width(of: *mut yaml_emitter_t, width: c_int) {
        y::yaml_emitter_set_width((*emitter(of)).yaml.as_mut_ptr(), width);
    }
    fn yaml_emitter_set_unicode(of: *mut yaml_emitter_t, unicode: c_int) {
        y::yaml_emitter_set_unicode((*emitter(of)).yaml.as_mut_ptr(), unicode != 0);
    }
    fn yaml_emitter_set_break(of: *mut yaml_emitter_t, line_break: yaml_break_t) {
        y::yaml_emitter_set_break((*emitter(of)).yaml.as_mut_ptr(), kind(line_break));
    }
    fn yaml_emitter_emit(of: *mut yaml_emitter_t, event: *mut yaml_event_t) -> c_int {
        let mut inner = event_of(event);
        let done = y::yaml_emitter_emit((*emitter(of)).yaml.as_mut_ptr(), &mut inner).ok;
        emitted(of, done)
    }
    fn yaml_emitter_open(of: *mut yaml_emitter_t) -> c_int {
        let done = y::yaml_emitter_open((*emitter(of)).yaml.as_mut_ptr()).ok;
        emitted(of, done)
    }
    fn yaml_emitter_close(of: *mut yaml_emitter_t) -> c_int {
        let done = y::yaml_emitter_close((*emitter(of)).yaml.as_mut_ptr()).ok;
        emitted(of, done)
    }
    fn yaml_emitter_dump(of: *mut yaml_emitter_t, document: *mut yaml_document_t) -> c_int {
        let to = (*emitter(of)).yaml.as_mut_ptr();
        let done = with(document, |from| y::yaml_emitter_dump(to, from).ok);
        emitted(of, done)
    }
    fn yaml_emitter_flush(of: *mut yaml_emitter_t) -> c_int {
        let done = y::yaml_emitter_flush((*emitter(of)).yaml.as_mut_ptr()).ok;
        emitted(of, done)
    }

    fn yaml_token_delete(token: *mut yaml_token_t) {
        y::yaml_token_delete(token.cast());
    }
    fn yaml_event_delete(event: *mut yaml_event_t) {
        y::yaml_event_delete(&mut event_of(event));
        ptr::write_bytes(event, 0, 1);
    }
    fn yaml_stream_start_event_initialize(event: *mut yaml_event_t, encoding: yaml_encoding_t) -> c_int {
        made(event, |inner| y::yaml_stream_start_event_initialize(inner, kind(encoding)).ok)
    }
    fn yaml_stream_end_event_initialize(event: *mut yaml_event_t) -> c_int {
        made(event, |inner| y::yaml_stream_end_event_initialize(inner).ok)
    }
    fn yaml_document_start_event_initialize(
        event: *mut yaml_event_t,
        version: *mut yaml_version_directive_t,
        start: *mut yaml_tag_directive_t,
        end: *mut yaml_tag_directive_t,
        implicit: c_int,
    ) -> c_int {
        made(event, |inner| {
            y::yaml_document_start_event_initialize(inner, version.cast(), start.cast(), end.cast(), implicit != 0).ok
        })
    }
    fn yaml_document_end_event_initialize(event: *mut yaml_event_t, implicit: c_int) -> c_int {
        made(event, |inner| y::yaml_document_end_event_initialize(inner, implicit != 0).ok)
    }
    fn yaml_alias_event_initialize(event: *mut yaml_event_t, anchor: *const u8) -> c_int {
        made(event, |inner| y::yaml_alias_event_initialize(inner, anchor).ok)
    }
    fn yaml_scalar_event_initialize(
        event: *mut yaml_event_t,
        anchor: *const u8,
        tag: *const u8,
        value: *const u8,
        length: c_int,
        plain_implicit: c_int,
        quoted_implicit: c_int,
        style: yaml_scalar_style_t,
    ) -> c_int {
        let (plain, quoted) = (plain_implicit != 0, quoted_implicit != 0);
        made(event, |inner| {
            y::yaml_scalar_event_initialize(inner, anchor, tag, value, length, plain, quoted, kind(style)).ok
        })
    }
    fn yaml_sequence_start_event_initialize(
        event: *mut yaml_event_t,
        anchor: *const u8,
        tag: *const u8,
        implicit: c_int,
        style: yaml_sequence_style_t,
    ) -> c_int {
        made(event, |inner| {
            y::yaml_sequence_start_event_initialize(inner, anchor, tag, implicit != 0, kind(style)).ok
        })
    }
    fn yaml_sequence_end_event_initialize(event: *mut yaml_event_t) -> c_int {
        made(event, |inner| y::yaml_sequence_end_event_initialize(inner).ok)
    }
    fn yaml_mapping_start_event_initialize(
        event: *mut yaml_event_t,
        anchor: *const u8,
        tag: *const u8,
        implicit: c_int,
        style: yaml_mapping_style_t,
    ) -> c_int {
        made(event, |inner| {
            y::yaml_mapping_start_event_initialize(inner, anchor, tag, implicit != 0, kind(style)).ok
        })
    }
    fn yaml_mapping_end_event_initialize(event: *mut yaml_event_t) -> c_int {
        made(event, |inner| y::yaml_mapping_end_event_initialize(inner).ok)
    }

    fn yaml_document_initialize(
        document: *mut yaml_document_t,
        version: *mut yaml_version_directive_t,
        start: *mut yaml_tag_directive_t,
        end: *mut yaml_tag_directive_t,
        start_implicit: c_int,
        end_implicit: c_int,
    ) -> c_int {
        let mut inner = MaybeUninit::<y::yaml_document_t>::zeroed().assume_init();
        let (first, last) = (start_implicit != 0, end_implicit != 0);
        let done = y::yaml_document_initialize(&mut inner, version.cast(), start.cast(), end.cast(), first, last).ok;
        if done {
            put_document(document, &inner);
        }
        c_int::from(done)
    }
    fn yaml_document_delete(document: *mut yaml_document_t) {
        with(document, |inner| y::yaml_document_delete(inner));
        ptr::write_bytes(document, 0, 1);
    }
    fn yaml_document_get_node(document: *mut yaml_document_t, index: c_int) -> *mut yaml_node_t {
        with(document, |inner| y::yaml_document_get_node(inner, index).cast())
    }
    fn yaml_document_get_root_node(document: *mut yaml_document_t) -> *mut yaml_node_t {
        with(document, |inner| y::yaml_document_get_root_node(inner).cast())
    }
    fn yaml_document_add_scalar(
        document: *mut yaml_document_t,
        tag: *const u8,
        value: *const u8,
        length: c_int,
        style: yaml_scalar_style_t,
    ) -> c_int {
        with(document, |inner| y::yaml_document_add_scalar(inner, tag, value, length, kind(style)))
    }
    fn yaml_document_add_sequence(
        document: *mut yaml_document_t,
        tag: *const u8,
        style: yaml_sequence_style_t,
    ) -> c_int {
        with(document, |inner| y::yaml_document_add_sequence(inner, tag, kind(style)))
    }
    fn yaml_document_add_mapping(
        document: *mut yaml_document_t,
        tag: *const u8,
        style: yaml_mapping_style_t,
    ) -> c_int {
        with(document, |inner| y::yaml_document_add_mapping(inner, tag, kind(style)))
    }
    fn yaml_document_append_sequence_item(
        document: *mut yaml_document_t,
        sequence: c_int,
        item: c_int,
    ) -> c_int {
        with(document, |inner| {
            c_int::from(y::yaml_document_append_sequence_item(inner, sequence, item).ok)
        })
    }
    fn yaml_document_append_mapping_pair(
        document: *mut yaml_document_t,
        mapping: c_int,
        key: c_int,
        value: c_int,
    ) -> c_int {
        with(document, |inner| {
            c_int::from(y::yaml_document_append_mapping_pair(inner, mapping, key, value).ok)
        })
    }
}
