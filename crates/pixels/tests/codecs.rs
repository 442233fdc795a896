//! Image files in and out. `make_codec_goldens.py` made the files of `golden/codecs/` and what they must give.
#![cfg(feature = "codecs")]

mod common;

use common::{codec_goldens, decoded, rgb};
use vitrine_pixels::codecs::{
    DecodeError, LabelsError, Limits, decode, decode_labels, encode_png_grey, encode_png_rgba, upright_size,
};
use vitrine_pixels::{ClassMap, Format, test_card};

/// Mean absolute difference; the card turned any other way is 60 or more away from itself.
fn mean_difference(ours: &[u8], theirs: &[u8]) -> f64 {
    assert_eq!(ours.len(), theirs.len());
    let sum: u64 = ours.iter().zip(theirs).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / ours.len() as f64
}

#[test]
fn each_file_gives_the_picture_that_pillow_put_in_upright() {
    for golden in codec_goldens() {
        let decoded = decoded(&golden.bytes).unwrap_or_else(|error| panic!("{}: {error}", golden.name));
        assert_eq!((decoded.frame.width(), decoded.frame.height()), (40, 24), "{}", golden.name);
        let difference = mean_difference(&rgb(&decoded.frame), &golden.expected);
        let tolerance = if golden.is_lossy() { 3.0 } else { 0.0 };
        assert!(difference <= tolerance, "{}: {difference}", golden.name);
        assert!(decoded.frame.rgba().chunks_exact(4).all(|pixel| pixel[3] == 255), "{}", golden.name);
    }
}

#[test]
fn the_upright_size_is_in_the_header() {
    for golden in codec_goldens() {
        assert_eq!(upright_size(&golden.bytes).ok(), Some([40, 24]), "{}", golden.name);
        if golden.name.ends_with("png") || golden.name.ends_with("jpg") {
            let without_end = &golden.bytes[..golden.bytes.len() - 30];
            assert_eq!(upright_size(without_end).ok(), Some([40, 24]), "{}", golden.name);
        }
    }
    assert!(upright_size(b"").is_err() && upright_size(b"\xff\xd8\xff\xd9").is_err());
}

#[test]
fn bytes_behind_the_end_do_not_matter() {
    for golden in codec_goldens() {
        let longer = [golden.bytes.as_slice(), b"and a short video \xff\xd8\xff\xe0 of the same"].concat();
        let (short, long) = (decoded(&golden.bytes).unwrap(), decoded(&longer).unwrap());
        assert!(short == long, "{}", golden.name);
    }
}

#[test]
fn an_empty_file_is_empty_and_text_is_no_image() {
    assert_eq!(decoded(b"").unwrap_err(), DecodeError::Empty);
    let error = decoded(b"Dear all, the photo is attached").unwrap_err();
    assert_eq!(error.to_string(), "the file is no image: it begins with the text \"Dear all, the ph\"");
    let error = decoded(&[0, 255, 7]).unwrap_err();
    assert_eq!(error.to_string(), "the file is no image: it begins with the bytes 00 ff 07");
}

#[test]
fn avif_and_heic_are_named_and_not_decoded() {
    let avif = decoded(b"\0\0\0\x18ftypavif\0\0\0\0avifmif1").unwrap_err();
    assert!(matches!(avif, DecodeError::Unsupported { format: Format::Avif, .. }), "{avif}");
    let heic = decoded(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic").unwrap_err();
    assert!(matches!(heic, DecodeError::Unsupported { format: Format::Heic, .. }), "{heic}");
}

#[test]
fn a_png_keeps_pixels_and_labels() {
    let frame = test_card(33, 17);
    assert_eq!(decoded(&encode_png_rgba(&frame).unwrap()).unwrap().frame, frame);
    let ids: Vec<u8> = (0..33 * 17).map(|index| (index % 251) as u8).collect();
    let png = encode_png_grey(33, 17, &ids).unwrap();
    let map = decode_labels(&png, &Limits::default()).unwrap();
    assert_eq!(map, ClassMap::new(33, 17, ids.clone()).unwrap());
    assert!(encode_png_grey(33, 16, &ids).is_err());
    assert!(encode_png_grey(0, 0, &[]).is_err());
}

#[test]
fn labels_are_indices_and_not_the_colours_of_a_palette() {
    let golden = codec_goldens().into_iter().find(|golden| golden.name == "palette2.png").unwrap();
    let map = decode_labels(&golden.bytes, &Limits::default()).unwrap();
    assert_eq!(map.ids(), common::golden("codecs/palette2.png.ids"));
}

#[test]
fn colours_are_no_labels() {
    let colours = encode_png_rgba(&test_card(3, 3)).unwrap();
    assert!(matches!(decode_labels(&colours, &Limits::default()), Err(LabelsError::Kind(_))));
    assert!(decode_labels(b"no PNG", &Limits::default()).is_err());
    let error = decode_labels(&colours, &Limits { max_pixels: 8 }).unwrap_err();
    assert!(matches!(error, LabelsError::Decode(DecodeError::TooLarge { .. })), "{error}");
}

#[test]
fn the_limit_is_on_pixels() {
    for golden in codec_goldens() {
        assert!(decode(&golden.bytes, &Limits { max_pixels: 40 * 24 }).is_ok(), "{}", golden.name);
        match decode(&golden.bytes, &Limits { max_pixels: 40 * 24 - 1 }) {
            Err(DecodeError::TooLarge { width, height, .. }) => assert_eq!(width * height, 40 * 24),
            other => panic!("{}: {other:?}", golden.name),
        }
    }
}
