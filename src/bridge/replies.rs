//! Replies as their fields say; the other side of `vitrine_protocol::Reply`'s serialisation.

use super::fields::Fields;
use vitrine_protocol::{
    Activation, Answer, Classification, Detections, DeviceInfo, Fault, FoundObject, GroupShare, RankedClass,
    Reply, Segmentation, Ticket, Timings,
};

/// Reads a reply; none if it is not one of ours.
pub fn read(reply: &Fields) -> Option<Reply> {
    let ticket = Ticket(reply.whole("ticket")?);
    Some(match reply.text("reply")?.as_str() {
        "ready" => Reply::Ready { ticket, info: info(&reply.field("info")?)? },
        "progress" => Reply::Progress {
            ticket,
            stage: reply.name("stage")?,
            done: reply.number("done")? as u64,
            total: reply.number("total").map(|total| total as u64),
        },
        "decoded" => Reply::Decoded {
            ticket,
            width: reply.whole("width")?,
            height: reply.whole("height")?,
            format: reply.text("format")?,
            millis: reply.number("millis")?,
        },
        "loaded" => Reply::Loaded {
            ticket,
            pack: reply.text("pack")?,
            pack_json: reply.text("pack_json")?,
            millis: reply.number("millis")?,
            self_test_diff: reply.number("self_test_diff").map(|difference| difference as f32),
        },
        "measured" => Reply::Measured { ticket, millis: reply.number("millis")? },
        "done" => Reply::Done {
            ticket,
            answer: answer(&reply.field("answer")?)?,
            timings: timings(&reply.field("timings")?)?,
        },
        "watched" => Reply::Watched {
            ticket,
            actions_json: reply.text("actions_json")?,
            timings: timings(&reply.field("timings")?)?,
        },
        "moved" => Reply::Moved { ticket, largest_pixels: reply.number("largest_pixels")? as f32 },
        "told" => Reply::Told { ticket, json: reply.text("json")? },
        "encoded" => Reply::Encoded { ticket },
        "compared" => Reply::Compared { ticket },
        "failed" => Reply::Failed { ticket, fault: fault(&reply.field("fault")?)? },
        _ => return None,
    })
}

fn info(fields: &Fields) -> Option<DeviceInfo> {
    Some(DeviceInfo {
        device: fields.name("device")?,
        name: fields.text("name")?,
        software: fields.flag("software")?,
    })
}

fn answer(fields: &Fields) -> Option<Answer> {
    match fields.text("task")?.as_str() {
        "segment" => segmentation(fields).map(Answer::Segment),
        "classify" => classification(fields).map(Answer::Classify),
        "detect" => detections(fields).map(Answer::Detect),
        _ => None,
    }
}

fn segmentation(fields: &Fields) -> Option<Segmentation> {
    Some(Segmentation {
        width: fields.whole("width")?,
        height: fields.whole("height")?,
        map_width: fields.whole("map_width")?,
        map_height: fields.whole("map_height")?,
        categories: fields.list("categories", share)?,
    })
}

fn share(fields: &Fields) -> Option<GroupShare> {
    Some(GroupShare {
        id: fields.whole("id")? as u8,
        name: fields.text("name")?,
        share: fields.number("share")?,
    })
}

fn classification(fields: &Fields) -> Option<Classification> {
    Some(Classification {
        width: fields.whole("width")?,
        height: fields.whole("height")?,
        resolution: fields.whole("resolution")?,
        crops: fields.whole("crops")?,
        ranked: fields.list("ranked", ranked)?,
        outside: fields.number("outside")?,
        doubtful: fields.flag("doubtful")?,
        activation: fields.field("activation").and_then(|fields| activation(&fields)),
    })
}

fn ranked(fields: &Fields) -> Option<RankedClass> {
    Some(RankedClass {
        class: fields.whole("class")?,
        name: fields.text("name")?,
        confidence: fields.number("confidence")?,
    })
}

fn detections(fields: &Fields) -> Option<Detections> {
    Some(Detections {
        width: fields.whole("width")?,
        height: fields.whole("height")?,
        objects: fields.list("objects", object)?,
    })
}

fn object(fields: &Fields) -> Option<FoundObject> {
    let number = |key| fields.number(key).map(|number| number as f32);
    Some(FoundObject {
        class: fields.whole("class")?,
        name: fields.text("name")?,
        confidence: number("confidence")?,
        left: number("left")?,
        top: number("top")?,
        width: number("width")?,
        height: number("height")?,
        named: fields.list("named", ranked).unwrap_or_default(),
    })
}

fn activation(fields: &Fields) -> Option<Activation> {
    let region = fields.list("region", |side| side.as_number().map(|side| side as f32))?;
    Some(Activation {
        columns: fields.whole("columns")?,
        rows: fields.whole("rows")?,
        region: region.try_into().ok()?,
    })
}

fn timings(fields: &Fields) -> Option<Timings> {
    Some(Timings {
        prepare_millis: fields.number("prepare_millis")?,
        infer_millis: fields.number("infer_millis")?,
        read_out_millis: fields.number("read_out_millis")?,
        total_millis: fields.number("total_millis")?,
    })
}

fn fault(fields: &Fields) -> Option<Fault> {
    Some(Fault { code: fields.name("code")?, cause: fields.text("cause")?, remedy: fields.text("remedy")? })
}
