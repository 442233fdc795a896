//! Operators that hold nodes themselves: a branch whose condition is known, and functions of the file.

use super::call::Call;
use super::{Named, Reader, default_opset, proto};
use crate::Error;
use prost::Message;
use std::collections::HashMap;

/// Graphs within graphs (branches, functions) deeper than this are refused.
const MAX_DEPTH: usize = 32;

impl<'a> Reader<'a> {
    /// The function of the file that a node calls.
    pub(super) fn function(&self, node: &proto::Node) -> Option<&'a proto::Function> {
        self.functions.get(&(&node.domain[..], &node.operator[..], &node.overload[..])).copied()
    }

    /// The outputs of a branch or of a function's body.
    pub(super) fn read_composite(
        &mut self,
        call: &Call,
        function: Option<&proto::Function>,
    ) -> Result<Vec<Option<Named>>, Error> {
        if self.depth >= MAX_DEPTH {
            return Err(call.fail("graphs within graphs, too deep"));
        }
        self.depth += 1;
        let outputs = match (function, &call.node.operator[..]) {
            (Some(function), _) => self.read_function(call, function),
            (None, "If") => self.read_branch(call),
            _ => Err(call.missing("")),
        };
        self.depth -= 1;
        outputs
    }

    /// A branch sees the names around it.
    fn read_branch(&mut self, call: &Call) -> Result<Vec<Option<Named>>, Error> {
        let condition = self.builder.known_i64s(call.input(0)?)?.first().is_some_and(|&truth| truth != 0);
        let branch = call.attribute(if condition { "then_branch" } else { "else_branch" });
        let graph =
            branch.and_then(|branch| branch.g.as_ref()).ok_or_else(|| call.fail("a branch is missing"))?;
        self.scopes.push(HashMap::new());
        let outputs = self.read_branch_body(call, graph);
        self.scopes.pop();
        outputs
    }

    fn read_branch_body(&mut self, call: &Call, graph: &proto::Graph) -> Result<Vec<Option<Named>>, Error> {
        self.read_initializers(graph)?;
        self.read_nodes(&graph.nodes)?;
        graph.outputs.iter().map(|output| self.operand(call.node, &output.name)).collect()
    }

    /// A function sees its own names only, and ONNX's operators as of its own version.
    fn read_function(
        &mut self,
        call: &Call,
        function: &proto::Function,
    ) -> Result<Vec<Option<Named>>, Error> {
        let operand = |index| Some(Named { id: call.optional(index)?, data_type: call.data_type(index) });
        let names = function.inputs.iter().enumerate().map(|(index, name)| (name.clone(), operand(index)));
        let outer_scopes = std::mem::replace(&mut self.scopes, vec![names.collect()]);
        let opset = default_opset(&function.opsets).unwrap_or(self.opset);
        let outer_opset = std::mem::replace(&mut self.opset, opset);
        let outputs = self.read_function_body(call, function);
        self.scopes = outer_scopes;
        self.opset = outer_opset;
        outputs
    }

    fn read_function_body(
        &mut self,
        call: &Call,
        function: &proto::Function,
    ) -> Result<Vec<Option<Named>>, Error> {
        let given = |name: &str| {
            let default = || function.attributes.iter().find(|attribute| attribute.name == name);
            call.attribute(name).or_else(default)
        };
        // Each call reads the whole body again, so that functions of functions could be read for ever.
        let body = function.nodes.iter().map(Message::encoded_len).sum::<usize>();
        let attributes =
            body.saturating_mul(1 + (call.node.attributes.len() + function.attributes.len()) / 256);
        self.builder.spend(attributes)?;
        let mut nodes = function.nodes.clone();
        resolve_attributes(&mut nodes, &given, 0);
        self.read_nodes(&nodes)?;
        let outputs = function.outputs.iter().zip(&call.node.outputs);
        outputs
            .map(|(name, read)| if read.is_empty() { Ok(None) } else { self.operand(call.node, name) })
            .collect()
    }
}

/// Gives attributes that refer to the call's the values that those have, and drops them where the call has none.
fn resolve_attributes<'f>(
    nodes: &mut [proto::Node],
    given: &impl Fn(&str) -> Option<&'f proto::Attribute>,
    depth: usize,
) {
    for node in nodes {
        node.attributes.retain_mut(|attribute| {
            if !attribute.refers_to.is_empty() {
                let name = std::mem::take(&mut attribute.name);
                let Some(value) = given(&attribute.refers_to) else { return false };
                *attribute = proto::Attribute { name, refers_to: String::new(), ..value.clone() };
            } else if let Some(graph) = attribute.g.as_mut().filter(|_| depth < MAX_DEPTH) {
                resolve_attributes(&mut graph.nodes, given, depth + 1);
            }
            true
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, fold_reals, graph, model, node, reals, typed};
    use super::*;
    use crate::onnx::proto::{Attribute, Function, OperatorSet};

    fn choice(condition: i32) -> Vec<f32> {
        let then_branch = graph(vec![node("Add", &["x", "k"], &["t"])], vec![reals("k", &[], &[10.0])]);
        let else_branch = graph(vec![node("Neg", &["x"], &["e"])], vec![]);
        let node =
            node("If", &["c"], &["y"]).branch("then_branch", then_branch).branch("else_branch", else_branch);
        fold_reals(vec![node], vec![typed("c", 9, &[], &[condition]), reals("x", &[1], &[2.0])])
    }

    #[test]
    fn a_known_condition_chooses_a_branch_which_sees_the_names_around_it() {
        assert_eq!(choice(1), [12.0]);
        assert_eq!(choice(0), [-2.0]);
    }

    /// `Leak(x) = LeakyRelu(x, alpha) + x`, where `alpha` is the call's attribute, or 0.5.
    fn leak() -> Function {
        let mut inner = node("LeakyRelu", &["X"], &["t"]);
        let refers_to = "slope".to_owned();
        inner.attributes = vec![Attribute { name: "alpha".to_owned(), refers_to, ..Attribute::default() }];
        Function {
            name: "Leak".to_owned(),
            domain: "own".to_owned(),
            inputs: vec!["X".to_owned()],
            outputs: vec!["Y".to_owned()],
            nodes: vec![inner, node("Add", &["t", "X"], &["Y"])],
            opsets: vec![OperatorSet { domain: String::new(), version: 16 }],
            attributes: vec![Attribute { name: "slope".to_owned(), f: 0.5, ..Attribute::default() }],
            ..Function::default()
        }
    }

    #[test]
    fn a_function_takes_its_attributes_from_the_call_or_its_defaults() {
        let call = |node: proto::Node| proto::Node { domain: "own".to_owned(), ..node };
        let nodes = vec![
            call(node("Leak", &["x"], &["a"]).float("slope", 0.25)),
            call(node("Leak", &["x"], &["b"])),
            node("Concat", &["a", "b"], &["y"]).int("axis", 0),
        ];
        let mut file = model(graph(nodes, vec![reals("x", &[1], &[-4.0])]), testing::OPSET);
        file.functions.push(leak());
        let graph = testing::read(&file).unwrap();
        assert_eq!(graph.f32s(graph.outputs[0]), Some(&[-5.0, -6.0][..]));
    }

    #[test]
    fn functions_that_call_themselves_and_each_other_twice_end() {
        let twice = |name: &str, next: &str| {
            let call = |input: &str, output: &str| proto::Node {
                domain: "own".to_owned(),
                ..node(next, &[input], &[output])
            };
            let nodes = vec![call("X", "t"), call("t", "Y")];
            Function { name: name.to_owned(), nodes, ..leak() }
        };
        let nodes = vec![proto::Node { domain: "own".to_owned(), ..node("f0", &["x"], &["y"]) }];
        let mut file = model(graph(nodes, vec![reals("x", &[1], &[1.0])]), testing::OPSET);
        file.functions = vec![twice("f0", "f0")];
        assert!(matches!(testing::read(&file), Err(Error::Node { .. })));
        file.functions =
            (0..40).map(|index| twice(&format!("f{index}"), &format!("f{}", index + 1))).collect();
        assert!(matches!(testing::read(&file), Err(Error::Node { .. })));
    }
}
