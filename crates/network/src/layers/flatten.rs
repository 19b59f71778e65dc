//! `Flatten`: the order of the numbers is the data format's, so that dense kernels mean what Keras's mean.

use crate::value::Value;
use fireside_spec::DataFormat;

/// A picture as one row: (channel, row, column) or (row, column, channel).
pub(crate) fn flatten(value: Value, format: DataFormat) -> Value {
    Value::Flat(match (value, format) {
        (Value::Flat(tensor), _) => tensor,
        (Value::Picture(tensor), DataFormat::ChannelsFirst) => tensor.flatten(1, 3),
        // One channel reads the same in both orders.
        (Value::Picture(tensor), DataFormat::ChannelsLast) if tensor.dims()[1] == 1 => {
            tensor.flatten(1, 3)
        }
        #[cfg(feature = "gpu")]
        (Value::Picture(tensor), DataFormat::ChannelsLast) if crate::ops::gpu::is_gpu(&tensor) => {
            crate::ops::gpu::to_channels_last(tensor)
        }
        (Value::Picture(tensor), DataFormat::ChannelsLast) => {
            tensor.permute([0, 2, 3, 1]).flatten(1, 3)
        }
    })
}
