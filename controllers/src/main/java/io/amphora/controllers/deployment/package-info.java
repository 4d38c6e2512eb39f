/// Deployments: rolls a template out over ReplicaSets, one per template, and keeps the old ones to go back to.
@NullMarked
package io.amphora.controllers.deployment;

import org.jspecify.annotations.NullMarked;
