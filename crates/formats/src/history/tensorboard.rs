//! TensorBoard's event files: records of protocol buffers, each with checksums.
//!
//! A record (TFRecord, `tensorflow/core/lib/io/record_writer.h`) is the length as u64, the masked CRC-32C of
//! those eight bytes, the data, the masked CRC-32C of the data; all little-endian. The data is an `Event`
//! (`tensorflow/core/util/event.proto`): 1 `wall_time` double, 2 `step` int64, 3 `file_version` string,
//! 5 `summary`; a `Summary` has 1 `value`, each with 1 `tag` string and 2 `simple_value` float.

use super::{Series, steps};

/// The file: its version, then one event per step with all values of that step. `wall_time` gives the time of a
/// step in seconds since 1970, `None` that of the file's beginning. TensorBoard looks for files with `tfevents`
/// in their names: `events.out.tfevents.<seconds>.<host>`. Values are `f32` there.
pub fn events(series: &[Series], wall_time: &dyn Fn(Option<u64>) -> f64) -> Vec<u8> {
    let mut out = Vec::new();
    let mut first = Message::default();
    first.double(1, wall_time(None));
    first.bytes(3, b"brain.Event:2");
    record(&mut out, &first.0);
    for step in steps(series) {
        let mut summary = Message::default();
        for one in series {
            if let Some(value) = one.at(step) {
                let mut scalar = Message::default();
                scalar.bytes(1, one.name.as_bytes());
                scalar.float(2, value as f32);
                summary.bytes(1, &scalar.0);
            }
        }
        let mut event = Message::default();
        event.double(1, wall_time(Some(step)));
        event.number(2, step);
        event.bytes(5, &summary.0);
        record(&mut out, &event.0);
    }
    out
}

/// A protocol buffer: field number and wire type before each value.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(&mut self, mut value: u64) {
        while value > 0x7f {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    fn number(&mut self, field: u64, value: u64) {
        self.varint(field << 3);
        self.varint(value);
    }

    fn double(&mut self, field: u64, value: f64) {
        self.varint(field << 3 | 1);
        self.0.extend(value.to_le_bytes());
    }

    fn bytes(&mut self, field: u64, value: &[u8]) {
        self.varint(field << 3 | 2);
        self.varint(value.len() as u64);
        self.0.extend(value);
    }

    fn float(&mut self, field: u64, value: f32) {
        self.varint(field << 3 | 5);
        self.0.extend(value.to_le_bytes());
    }
}

fn record(out: &mut Vec<u8>, data: &[u8]) {
    let length = (data.len() as u64).to_le_bytes();
    out.extend(length);
    out.extend(masked(&length).to_le_bytes());
    out.extend(data);
    out.extend(masked(data).to_le_bytes());
}

/// The checksum is turned and moved, as checksums of checksums are weak.
fn masked(bytes: &[u8]) -> u32 {
    crc32c(bytes).rotate_right(15).wrapping_add(0xa282_ead8)
}

/// CRC-32C (Castagnoli), bit by bit: event files are small.
fn crc32c(bytes: &[u8]) -> u32 {
    const POLYNOMIAL: u32 = 0x82f6_3b78;
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc: u32, _| {
            crc >> 1 ^ (crc & 1).wrapping_neg() & POLYNOMIAL
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check values of RFC 3720, B.4.
    #[test]
    fn checksums() {
        assert_eq!(crc32c(b"123456789"), 0xe306_9283);
        assert_eq!(crc32c(&[0; 32]), 0x8a91_36aa);
        assert_eq!(crc32c(&[0xff; 32]), 0x62a8_ab43);
    }
}
