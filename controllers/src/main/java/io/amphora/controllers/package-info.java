/// What keeps the cluster as its users want it: controllers, each a pure function from what is seen to what is
/// done, and the one runner that does it.
@NullMarked
package io.amphora.controllers;

import org.jspecify.annotations.NullMarked;
