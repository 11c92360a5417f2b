//! Checks that the dashboard's files were built, checks the model's files against their publisher's hashes and stores the weights as f16, so
//! that the binary carries 45 MB and not 90.
//!
//! Reads `assets/model/` (which `make model` fetches) and writes `minilm.safetensors` to `OUT_DIR`. It never fetches anything.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "cargo speaks to a build script by its environment and its standard output"
)]

use std::{collections::HashMap, env, error::Error, fs, path::Path, process::ExitCode};

use aws_lc_rs::digest::{SHA256, digest};
use half::f16;
use safetensors::{Dtype, SafeTensors, serialize, tensor::TensorView};

const MODEL: (&str, &str) = (
    "assets/model/model.safetensors",
    "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
);
const TOKENIZER: (&str, &str) = (
    "assets/model/tokenizer.json",
    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
);

fn main() -> ExitCode {
    match prepare() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn prepare() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    for embedded in ["assets/static", "assets/vendor", "assets/demo"] {
        println!("cargo::rerun-if-changed={embedded}");
    }
    for sheet in ["assets/vendor/dashboard.css", "assets/vendor/help.css"] {
        if !Path::new(sheet).exists() {
            return Err(format!("{sheet} is not built: run `make assets` first").into());
        }
    }
    let weights = read_checked(MODEL)?;
    read_checked(TOKENIZER)?;
    let out = Path::new(&env::var("OUT_DIR")?).join("minilm.safetensors");
    fs::write(out, to_f16(&SafeTensors::deserialize(&weights)?)?)?;
    Ok(())
}

/// Reads a file and refuses it unless it is the one that the design names.
fn read_checked((path, expected): (&str, &str)) -> Result<Vec<u8>, Box<dyn Error>> {
    let full = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join(path);
    println!("cargo::rerun-if-changed={}", full.display());
    let bytes = fs::read(&full)
        .map_err(|error| format!("{path} cannot be read ({error}): run `make model` first"))?;
    let found = hexadecimal(digest(&SHA256, &bytes).as_ref());
    if found != expected {
        return Err(format!("{path} is not the published file (SHA-256 {found}, expected {expected}): delete it and run `make model`").into());
    }
    Ok(bytes)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// Rounds every f32 tensor to f16. What inference does not read (the pooler, the position numbers) stays behind.
fn to_f16(source: &SafeTensors<'_>) -> Result<Vec<u8>, Box<dyn Error>> {
    let wanted = |name: &str| !name.contains("pooler") && !name.ends_with("position_ids");
    let mut tensors: HashMap<String, (Vec<usize>, Vec<u8>)> = HashMap::new();
    for (name, view) in source
        .tensors()
        .into_iter()
        .filter(|(name, _)| wanted(name))
    {
        if view.dtype() != Dtype::F32 {
            return Err(format!("tensor {name} is {:?}, not F32", view.dtype()).into());
        }
        let mut bytes = Vec::with_capacity(view.data().len() / 2);
        for chunk in view.data().chunks_exact(4) {
            bytes.extend_from_slice(
                &f16::from_f32(f32::from_le_bytes(chunk.try_into()?)).to_le_bytes(),
            );
        }
        tensors.insert(name, (view.shape().to_vec(), bytes));
    }
    let views = tensors.iter().map(|(name, (shape, bytes))| {
        Ok((name, TensorView::new(Dtype::F16, shape.clone(), bytes)?))
    });
    Ok(serialize(
        views.collect::<Result<Vec<_>, safetensors::SafeTensorError>>()?,
        None,
    )?)
}
