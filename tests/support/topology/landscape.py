"""A landscape of components and relations as an agent sees one, in protobuf's JSON mapping; the same for the same seed."""
import random

WORDS = ["app", "pod", "node", "größe", "日本", "env:prod", "team", "zone", "replicas", "limits", "memory", "image", "\U0001f680"]


def _value(rng, depth):
    if depth > 1:
        return _object(rng, depth - 1) if rng.random() < 0.7 else [_value(rng, depth - 1) for _ in range(rng.randint(1, 3))]
    return rng.choice([None, True, False, rng.randint(-1000, 10**6), rng.random(), rng.choice(WORDS), "x" * rng.randint(0, 80), {}, []])


def _object(rng, depth):
    """Some members, one of which is `depth` deep."""
    names = rng.sample(WORDS, rng.randint(2, 5))
    return {name: _value(rng, depth if name == names[0] else 1) for name in names}


def _component(rng, number):
    component = {
        "externalId": f"urn:kubernetes:/cluster:ns-{number % 17}:pod/{number}",
        "identifiers": [f"urn:ip:/10.0.{number // 256}.{number % 256}", f"urn:pod:/{number}"][:rng.randint(1, 2)],
        "name": f"{rng.choice(WORDS)}-{number}",
        "typeName": rng.choice(["pod", "service", "node"]),
        "resourceDefinition": _object(rng, rng.randint(3, 6)),
        "tags": [f"{rng.choice(WORDS)}:{rng.randint(0, 99)}" for _ in range(rng.randint(1, 8))],
    }
    if rng.random() < 0.5:
        component["typeIdentifier"] = rng.choice(["", "urn:type:pod"])
    if rng.random() < 0.3:
        component["statusData"] = {"phase": rng.choice(["Running", "Failed"]), "restarts": rng.randint(0, 9)}
    return {"component": component}


def _relation(rng, number, components):
    source, target = (f"urn:pod:/{rng.randrange(components)}" for _ in range(2))
    kind = rng.choice(["HIERARCHICAL", "CONNECTION"])
    relation = {
        "externalId": f"{source}->{target}#{number}",
        "sourceIdentifier": source,
        "targetIdentifier": target,
        "name": "uses",
        "typeName": rng.choice(["uses", "runs on"]),
        "tags": [f"{rng.choice(WORDS)}" for _ in range(rng.randint(0, 2))],
        "dependencyType": f"TOPOLOGY_STREAM_RELATION_DEPENDENCY_TYPE_{kind}",
    }
    return {"relation": {name: value for name, value in relation.items() if value}}


def landscape(components, relations, seed=1):
    """Elements, components and relations mixed."""
    rng = random.Random(seed)
    elements = [_component(rng, number) for number in range(components)]
    elements += [_relation(rng, number, components) for number in range(relations)]
    rng.shuffle(elements)
    return elements
