//! The export of OpenAgenda as public data platforms give it: one object whose `records` is a list,
//! or that list alone. Records are taken one by one from a reader; the file is never held whole,
//! and a record that can't be read is refused without stopping the others.

mod record;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::rc::Rc;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::format::{Each, FormatError, Summary};

/// The most bytes of one record, and of what stands between records.
const LARGEST_RECORD: usize = super::format::LARGEST_RECORD;

/// Reads the records, each with its position from 1, until the file ends or `each` says to stop.
pub(super) fn read_records(reader: impl Read, each: &mut Each<'_>) -> Result<Summary, FormatError> {
    read_raw(reader, &mut |position, raw| {
        each(position, record::read(raw))
    })
}

/// Whether the file can be read to its end, and how many records it holds; nothing is made of them.
pub(super) fn count_records(reader: impl Read) -> Result<Summary, FormatError> {
    read_raw(reader, &mut |_, _| ControlFlow::Continue(()))
}

fn read_raw(
    reader: impl Read,
    each: &mut dyn FnMut(u32, &RawValue) -> ControlFlow<()>,
) -> Result<Summary, FormatError> {
    let left = Rc::new(Cell::new(LARGEST_RECORD));
    let reader = Metered {
        inner: without_bom(BufReader::new(reader))?,
        left: left.clone(),
    };
    let mut json = serde_json::Deserializer::from_reader(reader);
    let mut records = Records {
        each,
        position: 0,
        left: &left,
        is_list: false,
        stopped: false,
    };
    let read = Export {
        records: &mut records,
    }
    .deserialize(&mut json)
    .and_then(|()| json.end());
    let (position, is_list, stopped) = (records.position, records.is_list, records.stopped);
    match read {
        Ok(()) if !is_list => Err(FormatError::NotAnExport),
        Ok(()) => Ok(Summary { records: position }),
        Err(_) if stopped => Ok(Summary { records: position }),
        Err(_) if left.get() == 0 => Err(FormatError::RecordTooLarge {
            position: position + 1,
        }),
        Err(error) if error.is_io() => Err(FormatError::Io(error.into())),
        Err(error) if error.is_data() => Err(FormatError::NotAnExport),
        Err(error) => Err(FormatError::Malformed {
            line: error.line(),
            column: error.column(),
        }),
    }
}

/// Some programs begin a file with a mark of its byte order, which is no JSON.
fn without_bom(mut reader: impl BufRead) -> io::Result<impl Read> {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    let mut begins = Vec::new();
    reader
        .by_ref()
        .take(MARK.len() as u64)
        .read_to_end(&mut begins)?;
    if begins == MARK {
        begins.clear();
    }
    Ok(io::Cursor::new(begins).chain(reader))
}

/// A reader that ends with an error once what is left of the measure is used up.
struct Metered<R> {
    inner: R,
    left: Rc<Cell<usize>>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = self.left.get().min(buffer.len());
        if most == 0 && !buffer.is_empty() {
            return Err(io::Error::other("larger than one record may be"));
        }
        let read = self.inner.read(&mut buffer[..most])?;
        self.left.set(self.left.get() - read);
        Ok(read)
    }
}

/// The whole file.
struct Export<'r, 'f> {
    records: &'r mut Records<'f>,
}

impl<'de> DeserializeSeed<'de> for Export<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Export<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `records`, or a list of records")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if name == "records" {
                map.next_value_seed(&mut *self.records)?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        self.records.visit_seq(seq)
    }
}

/// The list of records.
struct Records<'f> {
    each: &'f mut dyn FnMut(u32, &RawValue) -> ControlFlow<()>,
    position: u32,
    left: &'f Cell<usize>,
    is_list: bool,
    stopped: bool,
}

impl<'de> DeserializeSeed<'de> for &mut Records<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for &mut Records<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        self.is_list = true;
        // Taken raw: a number or an escape that no value holds is then that record's fault alone.
        while let Some(raw) = seq.next_element::<Box<RawValue>>()? {
            self.position += 1;
            self.left.set(LARGEST_RECORD);
            if (self.each)(self.position, &raw).is_break() {
                self.stopped = true;
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}
