//! One data set of an HDF5 file as a tensor.

use crate::FormatError;
use crate::h5::source::Metered;
use crate::limits::Room;
use crate::npy::EXACT;
use crate::tensor::{NamedTensor, elements};
use hdf5_pure::{DType, Dataset, Layout};

/// Reads `dataset` as the tensor `name`: floating-point numbers, or whole ones that are exact as `f32`.
///
/// # Errors
/// `foreign_wrong_type`, `foreign_damaged_tensor`, `foreign_too_large`.
pub fn read(
    name: String,
    dataset: &Dataset,
    meter: &Metered,
    room: &mut Room,
) -> Result<NamedTensor, FormatError> {
    room.tensor()?;
    let damaged = |reason: String| FormatError::DamagedTensor {
        name: name.clone(),
        reason,
    };
    let crate_says = |error: hdf5_pure::Error| damaged(error.to_string());
    let dtype = dataset.dtype().map_err(crate_says)?;
    let float = matches!(dtype, DType::F32 | DType::F64);
    let whole = matches!(
        dtype,
        DType::I8 | DType::I16 | DType::I32 | DType::I64 | DType::U8 | DType::U16 | DType::U32
    );
    if !float && !whole {
        return Err(FormatError::WrongType {
            found: format!("values of type {dtype}"),
            name,
        });
    }
    let axes = dataset.shape().map_err(crate_says)?;
    let width = dataset.element_size().map_err(crate_says)?;
    let count = elements(&axes);
    // As `f32`, as it lies in the file, and (for whole numbers) as `i64` in between.
    let widest = width.max(if float { 4 } else { 8 });
    let (Some(count), Some(bytes)) = (count, count.and_then(|count| count.checked_mul(widest)))
    else {
        return Err(damaged("its shape is too large".into()));
    };
    room.take(bytes)?;
    let stored = match dataset.layout().map_err(crate_says)? {
        Layout::Contiguous {
            address: Some(_),
            size,
        }
        | Layout::Compact { size } => Some(size),
        Layout::Chunked { chunk_shape, .. } => {
            // Unpacked chunk by chunk.
            let chunk = elements(&chunk_shape).and_then(|count| count.checked_mul(width));
            let chunk = chunk.ok_or_else(|| damaged("its chunks are too large".into()))?;
            room.take(chunk)?;
            None
        }
        other => {
            return Err(damaged(format!(
                "its values are not in this file ({other:?})"
            )));
        }
    };
    let needed = count.saturating_mul(width);
    if stored.is_some_and(|stored| stored != needed || stored > meter.length() as u64) {
        return Err(damaged(
            "it has another number of values than its shape".into(),
        ));
    }
    let values = if float {
        dataset.read_f32().map_err(crate_says)?
    } else {
        let wide = dataset.read_i64().map_err(crate_says)?;
        let exact = |value: i64| i128::from(value).abs() <= EXACT;
        if !wide.iter().all(|value| exact(*value)) {
            return Err(damaged(
                "it holds whole numbers too large for a weight".into(),
            ));
        }
        wide.into_iter().map(|value| value as f32).collect()
    };
    if values.len() as u64 != count {
        return Err(damaged(
            "it has another number of values than its shape".into(),
        ));
    }
    let shape: Result<Vec<usize>, _> = axes.into_iter().map(usize::try_from).collect();
    let shape = shape.map_err(|error| damaged(error.to_string()))?;
    Ok(NamedTensor {
        name,
        shape,
        values,
    })
}
