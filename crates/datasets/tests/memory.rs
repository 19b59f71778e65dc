//! Promises of hostile files cost no memory: the peak of what is allocated is measured. One test only, so
//! that nothing else allocates meanwhile.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use fireside_datasets::sets::{cifar10, imdb};
use fireside_datasets::{NamedFile, gz, idx};

struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed on to the system's allocator unchanged; only sizes are counted.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(now, Ordering::Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// The most bytes that `work` held at once, beyond what was held before.
fn peak<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = NOW.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    let result = work();
    (result, PEAK.load(Ordering::Relaxed) - before)
}

/// What an unpacker needs for itself.
const UNPACKER: usize = 200_000;

/// A zip archive with one member of zeros, which claims to hold `claimed` bytes.
fn archive(name: &str, zeros: usize, claimed: u32) -> Vec<u8> {
    let packed = gz::gzip(&vec![0; zeros]);
    let (body, trailer) = packed[10..].split_at(packed.len() - 18);
    let mut fields = vec![20, 0, 0, 0, 8, 0, 0, 0, 0, 0];
    fields.extend_from_slice(&trailer[..4]);
    fields.extend((body.len() as u32).to_le_bytes());
    fields.extend(claimed.to_le_bytes());
    fields.extend([name.len() as u8, 0, 0, 0]);
    let local = [b"PK\x03\x04", &fields[..], name.as_bytes(), body].concat();
    let directory = [b"PK\x01\x02\x14\0", &fields[..], &[0; 14], name.as_bytes()].concat();
    let place = [directory.len() as u32, local.len() as u32].map(u32::to_le_bytes);
    let end = [
        b"PK\x05\x06\0\0\0\0\x01\0\x01\0",
        place.as_flattened(),
        &[0, 0],
    ]
    .concat();
    [local, directory, end].concat()
}

/// The header of a file in a tar archive.
fn tar_header(name: &str, length: usize) -> Vec<u8> {
    let mut header = vec![0; 512];
    let mut put = |at: usize, text: &str| {
        header[at..at + text.len()].copy_from_slice(text.as_bytes());
    };
    put(0, name);
    put(124, &format!("{length:011o}"));
    put(148, "        0");
    put(257, "ustar");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..154].copy_from_slice(format!("{sum:06o}").as_bytes());
    header[154] = 0;
    header
}

#[test]
fn promises_cost_no_memory() {
    let bomb = gz::gzip(&vec![0; 64 << 20]);
    let limit = 1 << 20;
    let (result, bytes) = peak(|| gz::gunzip("b", &bomb, limit));
    assert_eq!(result.unwrap_err().code(), "gz_bomb");
    assert!(bytes < limit + UNPACKER, "bomb: {bytes}");

    // A header that promises 200 MB before 64 MB of zeros.
    let lie = gz::gzip(&idx::write(&[200 << 20], &vec![0; 64 << 20]));
    let (result, bytes) = peak(|| idx::read("x", &lie));
    assert_eq!(result.unwrap_err().code(), "idx_truncated");
    assert!(bytes < (65 << 20) + UNPACKER, "long lie: {bytes}");

    // One that promises 10 bytes, one that promises 200 MB and holds nothing, plain and packed.
    let bomb = gz::gzip(&idx::write(&[10], &vec![0; 64 << 20]));
    let (result, bytes) = peak(|| idx::read("x", &bomb));
    assert_eq!(result.unwrap_err().code(), "gz_bomb");
    assert!(bytes < UNPACKER, "idx bomb: {bytes}");
    let empty = idx::write(&[200 << 20], &[]);
    for lie in [gz::gzip(&empty), empty] {
        let (result, bytes) = peak(|| idx::read("x", &lie));
        assert_eq!(result.unwrap_err().code(), "idx_truncated");
        assert!(bytes < UNPACKER, "short lie: {bytes}");
    }

    // A trailer that says too little: room is taken for that, then for the limit, never for both.
    let two = [gz::gzip(&vec![0; 3 << 20]), gz::gzip(&vec![0; 2 << 20])].concat();
    let limit = 5 << 20;
    let (result, bytes) = peak(|| gz::gunzip("x", &two, limit));
    assert_eq!(result.map(|out| out.len()), Ok(limit));
    assert!(bytes < limit + UNPACKER, "two members: {bytes}");

    // A trailer that says too much.
    let mut lie = gz::gzip(&[1; 100]);
    let end = lie.len();
    lie[end - 4..].fill(0xff);
    let (result, bytes) = peak(|| gz::gunzip("x", &lie, usize::MAX));
    assert_eq!(result.unwrap_err().code(), "gz_corrupt");
    assert!(bytes < UNPACKER, "trailer: {bytes}");

    // Members of 128 MB that claim 4 GB, 1 kB, 32 MB: no more than is claimed, and nothing beyond the bound. (The
    // packed member is copied once.)
    for (claimed, code, most) in [
        (u32::MAX, "gz_bomb", UNPACKER),
        (1000, "gz_bomb", UNPACKER),
        (32 << 20, "gz_bomb", 33 << 20),
    ] {
        let bomb = archive("x_train.npy", 128 << 20, claimed);
        let files = [NamedFile {
            name: "imdb.npz",
            bytes: &bomb,
        }];
        let (result, bytes) = peak(|| (imdb::READER.read)(&files));
        assert_eq!(result.map(|_| ()).unwrap_err().code(), code, "{claimed}");
        assert!(
            bytes < most + bomb.len(),
            "{claimed}: {bytes} for {}",
            bomb.len()
        );
    }

    // A tar archive whose only header claims a batch of 30 MB, plain and packed.
    let header = tar_header("data_batch_1.bin", 30_730_000);
    for lie in [header.clone(), gz::gzip(&header)] {
        let files = [NamedFile {
            name: "cifar-10-binary.tar.gz",
            bytes: &lie,
        }];
        let (result, bytes) = peak(|| (cifar10::READER.read)(&files));
        assert_eq!(result.map(|_| ()).unwrap_err().code(), "gz_truncated");
        assert!(bytes < UNPACKER, "tar: {bytes}");
    }
}
