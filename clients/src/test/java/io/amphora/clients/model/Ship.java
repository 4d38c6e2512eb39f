package io.amphora.clients.model;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;

/// The kind whose definition is generated from these classes.
@Group("example.com")
@Version("v1")
public class Ship extends CustomResource<ShipSpec, ShipStatus> implements Namespaced {}
