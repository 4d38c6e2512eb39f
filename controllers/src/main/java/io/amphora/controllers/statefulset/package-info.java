/// StatefulSets: Pods that keep their names and their storage.
@NullMarked
package io.amphora.controllers.statefulset;

import org.jspecify.annotations.NullMarked;
