use std::time::Instant;
use vitrine_graph::*;
fn main() {
    let mut args = std::env::args().skip(1);
    let dir = args.next().unwrap();
    let n: usize = args.next().unwrap().parse().unwrap();
    let mut seed: u64 = args.next().map_or(1, |s| s.parse().unwrap());
    let mut rnd = move || { seed ^= seed << 13; seed ^= seed >> 7; seed ^= seed << 17; seed };
    let mut names: Vec<_> = std::fs::read_dir(&dir).unwrap().flatten().map(|e| e.path().join("model.onnx")).filter(|p| p.exists()).collect();
    names.sort();
    std::panic::set_hook(Box::new(|_| {}));
    let (mut runs, mut panics, mut slow) = (0, 0, 0);
    let mut seen = std::collections::BTreeSet::new();
    let mut kinds = [0; 6];
    for path in names {
        let bytes = std::fs::read(&path).unwrap();
        if bytes.len() > 200_000 { continue; }
        for i in 0..n {
            let mut b = bytes.clone();
            if i % 10 == 0 { let l = (rnd() % b.len() as u64) as usize; b.truncate(l); }
            else { for _ in 0..1 + rnd() % 3 {
                let at = (rnd() % b.len() as u64) as usize;
                match rnd() % 4 { 0 => b[at] = rnd() as u8, 1 => b[at] ^= 1 << (rnd() % 8), 2 => b[at] = [0, 1, 0x7f, 0xff, 0x80][(rnd() % 5) as usize], _ => { b[at] = b[at].wrapping_add(1) } }
            } }
            let start = Instant::now();
            let b2 = b.clone();
            let r = std::panic::catch_unwind(move || {
                match read(&b2) {
                    Ok(g) => { // run it with zeros on the host
                        let mut g = g;
                        let total: usize = g.values.iter().map(|v| v.shape.iter().product::<usize>()).sum();
                        if total < 1 << 20 {
                            for id in g.inputs.clone() {
                                let c: usize = g.shape(id).iter().product();
                                let d = match g.kind(id) { Kind::F32 => Data::F32(vec![0.5; c]), _ => Data::I64(vec![1; c]) };
                                g.constants.insert(id, d);
                            }
                            for node in g.nodes.clone() {
                                match host::evaluate_node(&g, &node) {
                                    Ok(Some(d)) => { assert_eq!(d.len(), g.shape(node.output).iter().product::<usize>(), "length {}", node.name); g.constants.insert(node.output, d); }
                                    _ => break,
                                }
                            }
                        }
                        0
                    }
                    Err(Error::UnknownFormat { .. }) => 1,
                    Err(Error::Unsupported(_)) => 2,
                    Err(Error::Node { .. }) => 3,
                    Err(Error::NeedsInput { .. }) => 4,
                    Err(_) => 5,
                }
            });
            runs += 1;
            if start.elapsed().as_millis() > 500 { slow += 1; println!("slow {} {:?}", path.display(), start.elapsed()); std::fs::write(format!("/tmp/onnxa_slow_{slow}.onnx"), &b).unwrap(); }
            match r {
                Ok(k) => kinds[k] += 1,
                Err(e) => {
                    panics += 1;
                    let m = e.downcast_ref::<String>().cloned().or(e.downcast_ref::<&str>().map(|s| s.to_string())).unwrap_or_default();
                    let key: String = m.chars().filter(|c| !c.is_ascii_digit()).take(60).collect();
                    if seen.insert(key) { println!("panic {}: {m}", path.display()); std::fs::write(format!("/tmp/onnxa_panic_{}.onnx", seen.len()), &b).unwrap(); }
                }
            }
        }
    }
    println!("{runs} runs, {panics} panics, {slow} slow, ok/unknown/unsupported/node/needs/other {kinds:?}");
}
