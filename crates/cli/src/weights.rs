//! Weights of any known file as one network's: safetensors that Fireside wrote, NumPy's npz, Keras's h5.

use crate::{foreign, source};
use fireside_formats::{Expected, FormatError, Limits, NamedTensor, h5, matching, npz};
use fireside_network::weights::File;
use fireside_network::{Device, Network};
use fireside_spec::Checked;

/// What a file is, told from its first bytes and not from its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Safetensors,
    Npz,
    H5,
}

/// The form of a file.
pub(crate) fn form(bytes: &[u8], name: &str) -> Result<Form, String> {
    match bytes {
        [0x89, b'H', b'D', b'F', b'\r', b'\n', 0x1a, b'\n', ..] => Ok(Form::H5),
        [b'P', b'K', 3, 4, ..] => Ok(Form::Npz),
        _ if source::is_safetensors(bytes) => Ok(Form::Safetensors),
        _ => Err(format!(
            "{name}: these are no weights that can be read here; known are Fireside's own .safetensors, NumPy's \
             .npz, and the .h5 of Keras 2 and 3"
        )),
    }
}

/// The weights of a network, in its order.
pub(crate) fn read(
    bytes: Vec<u8>,
    name: &str,
    checked: &Checked,
) -> Result<Vec<NamedTensor>, String> {
    let expected = Expected::of(checked);
    let of = format!("{name}, for the network of {}", checked.experiment.id);
    let failed = |error: FormatError| foreign::words(&of, &error);
    let limits = Limits::default();
    let values = match form(&bytes, name)? {
        Form::Safetensors => own(&bytes, &expected, &of)?,
        Form::Npz => npz::read(&bytes, limits)
            .and_then(|tensors| matching::arrange(&expected, matching::layers(tensors)))
            .map_err(failed)?,
        Form::H5 => h5::read(bytes, limits)
            .and_then(|weights| weights.arrange(&expected))
            .map_err(failed)?,
    };
    let tensors = expected.into_iter().zip(values);
    let named = tensors.map(|(expected, values)| NamedTensor {
        name: expected.name,
        shape: expected.shape,
        values,
    });
    Ok(named.collect())
}

/// Those of a file that Fireside wrote: by name.
fn own(bytes: &[u8], expected: &[Expected], of: &str) -> Result<Vec<Vec<f32>>, String> {
    let file = File::read(bytes).map_err(|error| format!("{of}: {error}"))?;
    let mut all = Vec::with_capacity(expected.len());
    for one in expected {
        let values = file.values(&one.name, &one.shape).map_err(|error| {
            format!("{of}: {error}; name the experiment whose network the weights are of")
        })?;
        if let Some(at) = values.iter().position(|value| !value.is_finite()) {
            let name = one.name.clone();
            return Err(foreign::words(of, &FormatError::NotFinite { name, at }));
        }
        all.push(values);
    }
    Ok(all)
}

/// The network with these weights.
pub(crate) fn network(checked: &Checked, tensors: Vec<NamedTensor>, device: &Device) -> Network {
    let mut values = tensors.into_iter().map(|tensor| tensor.values);
    // Both go through layers and tensors in Keras's order.
    Network::with_weights(checked, device, |_, _, _| values.next().unwrap_or_default())
}
