package io.amphora.runtime;

import com.google.protobuf.InvalidProtocolBufferException;
import io.amphora.machinery.time.Clock;
import io.amphora.runtime.ContainerRuntimeException.Code;
import io.amphora.runtime.cri.ContainerdContent;
import io.amphora.runtime.cri.ContainerdEvents;
import io.amphora.runtime.cri.ContentGrpc;
import io.amphora.runtime.cri.Cri;
import io.amphora.runtime.cri.EventsGrpc;
import io.amphora.runtime.cri.ImageServiceGrpc;
import io.amphora.runtime.cri.RuntimeServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// A runtime behind a unix socket that speaks the container runtime interface (runtime.v1 over gRPC). Has one
/// network
/// thread.
public final class CriRuntime implements ContainerRuntime {
    /// What any call but a pull or a command may take: making a sandbox runs the network plugins, which wait
    /// for locks.
    private static final Duration CALL = Duration.ofMinutes(4);

    private static final Duration PROGRESS = Duration.ofMillis(500);
    private static final Duration RESUBSCRIBE = Duration.ofSeconds(1);
    private static final int LARGEST_MESSAGE = 16 << 20;
    private static final MethodDescriptor<Cri.ExecSyncRequest, ExecResult> EXEC =
            RuntimeServiceGrpc.getExecSyncMethod().toBuilder(
                            RuntimeServiceGrpc.getExecSyncMethod().getRequestMarshaller(),
                            new ExecAnswers(ExecResult.MOST))
                    .build();
    private static final Metadata.Key<String> NAMESPACE =
            Metadata.Key.of("containerd-namespace", Metadata.ASCII_STRING_MARSHALLER);

    private final Clock clock;
    private final EventLoopGroup loop;
    private final ManagedChannel channel;
    private final AtomicBoolean closed = new AtomicBoolean();

    /// Connects on first use, and anew whenever the runtime was away.
    public CriRuntime(Path socket, Clock clock) {
        this.clock = clock;
        this.loop =
                new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("cri", true), NioIoHandler.newFactory());
        this.channel = NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .channelType(NioDomainSocketChannel.class)
                .eventLoopGroup(loop)
                .withOption(ChannelOption.SO_KEEPALIVE, null) // set by default, and unknown to a unix socket
                .overrideAuthority("localhost")
                .usePlaintext()
                .maxInboundMessageSize(LARGEST_MESSAGE)
                .build();
    }

    @Override
    public Version version() {
        var answer = call(() -> runtime()
                .version(Cri.VersionRequest.newBuilder().setVersion("v1").build()));
        return new Version(answer.getRuntimeName(), answer.getRuntimeVersion(), answer.getRuntimeApiVersion());
    }

    @Override
    public List<Condition> conditions() {
        var answer = call(() -> runtime().status(Cri.StatusRequest.getDefaultInstance()));
        return answer.getStatus().getConditionsList().stream()
                .map(one -> new Condition(one.getType(), one.getStatus(), one.getReason(), one.getMessage()))
                .toList();
    }

    @Override
    public String runSandbox(Sandbox.Config config) {
        var request = Cri.RunPodSandboxRequest.newBuilder()
                .setConfig(CriMessages.sandbox(config))
                .setRuntimeHandler(config.runtimeHandler())
                .build();
        return call(() -> runtime().runPodSandbox(request)).getPodSandboxId();
    }

    @Override
    public void stopSandbox(String id) {
        unlessGone(() -> runtime()
                .stopPodSandbox(Cri.StopPodSandboxRequest.newBuilder()
                        .setPodSandboxId(id)
                        .build()));
    }

    @Override
    public void removeSandbox(String id) {
        unlessGone(() -> runtime()
                .removePodSandbox(Cri.RemovePodSandboxRequest.newBuilder()
                        .setPodSandboxId(id)
                        .build()));
    }

    @Override
    public List<Sandbox> sandboxes(Map<String, String> labels) {
        var request = Cri.ListPodSandboxRequest.newBuilder()
                .setFilter(Cri.PodSandboxFilter.newBuilder().putAllLabelSelector(labels))
                .build();
        return call(() -> runtime().listPodSandbox(request)).getItemsList().stream()
                .map(CriMessages::sandbox)
                .toList();
    }

    @Override
    public Optional<Sandbox.Status> findSandbox(String id) {
        var request =
                Cri.PodSandboxStatusRequest.newBuilder().setPodSandboxId(id).build();
        return find(() ->
                CriMessages.sandboxStatus(runtime().podSandboxStatus(request).getStatus()));
    }

    @Override
    public String createContainer(String sandbox, Container.Config config, Sandbox.Config sandboxConfig) {
        var request = Cri.CreateContainerRequest.newBuilder()
                .setPodSandboxId(sandbox)
                .setConfig(CriMessages.container(config))
                .setSandboxConfig(CriMessages.sandbox(sandboxConfig))
                .build();
        return call(() -> runtime().createContainer(request)).getContainerId();
    }

    @Override
    public void startContainer(String id) {
        call(() -> runtime()
                .startContainer(Cri.StartContainerRequest.newBuilder()
                        .setContainerId(id)
                        .build()));
    }

    @Override
    public void stopContainer(String id, Duration grace) {
        var request = Cri.StopContainerRequest.newBuilder()
                .setContainerId(id)
                .setTimeout(grace.toSeconds())
                .build();
        unlessGone(() -> runtime(CALL.plus(grace)).stopContainer(request));
    }

    @Override
    public void removeContainer(String id) {
        unlessGone(() -> runtime()
                .removeContainer(Cri.RemoveContainerRequest.newBuilder()
                        .setContainerId(id)
                        .build()));
    }

    @Override
    public List<Container> containers(Map<String, String> labels) {
        var request = Cri.ListContainersRequest.newBuilder()
                .setFilter(Cri.ContainerFilter.newBuilder().putAllLabelSelector(labels))
                .build();
        return call(() -> runtime().listContainers(request)).getContainersList().stream()
                .map(CriMessages::container)
                .toList();
    }

    @Override
    public Optional<Container.Status> findContainer(String id) {
        var request = Cri.ContainerStatusRequest.newBuilder().setContainerId(id).build();
        return find(() ->
                CriMessages.containerStatus(runtime().containerStatus(request).getStatus()));
    }

    @Override
    public void updateResources(String id, Container.Resources resources) {
        var request = Cri.UpdateContainerResourcesRequest.newBuilder()
                .setContainerId(id)
                .setLinux(CriMessages.resources(resources))
                .build();
        call(() -> runtime().updateContainerResources(request));
    }

    @Override
    public void reopenLog(String id) {
        call(() -> runtime()
                .reopenContainerLog(Cri.ReopenContainerLogRequest.newBuilder()
                        .setContainerId(id)
                        .build()));
    }

    @Override
    public ExecResult exec(String id, List<String> command, Duration timeout) {
        // The runtime counts whole seconds and needs a moment to kill and report: our own limit is only for
        // one that
        // hangs.
        long seconds = timeout.plusMillis(999).toSeconds();
        var request = Cri.ExecSyncRequest.newBuilder()
                .setContainerId(id)
                .addAllCmd(command)
                .setTimeout(seconds)
                .build();
        var options = timeout.isZero()
                ? CallOptions.DEFAULT
                : CallOptions.DEFAULT.withDeadlineAfter(seconds + 10, TimeUnit.SECONDS);
        return call(() -> ClientCalls.blockingUnaryCall(channel, EXEC, options, request));
    }

    @Override
    public String execUrl(String id, List<String> command, Streams streams) {
        var request = Cri.ExecRequest.newBuilder()
                .setContainerId(id)
                .addAllCmd(command)
                .setTty(streams.tty())
                .setStdin(streams.stdin())
                .setStdout(streams.stdout())
                .setStderr(streams.stderr())
                .build();
        return call(() -> runtime().exec(request)).getUrl();
    }

    @Override
    public String attachUrl(String id, Streams streams) {
        var request = Cri.AttachRequest.newBuilder()
                .setContainerId(id)
                .setTty(streams.tty())
                .setStdin(streams.stdin())
                .setStdout(streams.stdout())
                .setStderr(streams.stderr())
                .build();
        return call(() -> runtime().attach(request)).getUrl();
    }

    @Override
    public String portForwardUrl(String sandbox, List<Integer> ports) {
        var request = Cri.PortForwardRequest.newBuilder()
                .setPodSandboxId(sandbox)
                .addAllPort(ports)
                .build();
        return call(() -> runtime().portForward(request)).getUrl();
    }

    @Override
    public List<Image> images() {
        return call(() -> images(CALL).listImages(Cri.ListImagesRequest.getDefaultInstance())).getImagesList().stream()
                .map(CriMessages::image)
                .toList();
    }

    @Override
    public Optional<Image> findImage(String name) {
        var answer = call(() -> images(CALL)
                .imageStatus(
                        Cri.ImageStatusRequest.newBuilder().setImage(spec(name)).build()));
        return answer.hasImage() ? Optional.of(CriMessages.image(answer.getImage())) : Optional.empty();
    }

    @Override
    public String pullImage(String name, Credentials credentials, Consumer<PullProgress> progress) {
        var request = Cri.PullImageRequest.newBuilder().setImage(spec(name));
        if (!credentials.equals(Credentials.NONE)) request.setAuth(CriMessages.credentials(credentials));
        try (var watching = new PullWatch(progress)) {
            watching.next();
            return call(() -> ImageServiceGrpc.newBlockingStub(channel).pullImage(request.build()))
                    .getImageRef();
        }
    }

    @Override
    public void removeImage(String name) {
        unlessGone(() -> images(CALL)
                .removeImage(
                        Cri.RemoveImageRequest.newBuilder().setImage(spec(name)).build()));
    }

    @Override
    public List<FilesystemUsage> imageFilesystems() {
        var answer = call(() -> images(CALL).imageFsInfo(Cri.ImageFsInfoRequest.getDefaultInstance()));
        return answer.getImageFilesystemsList().stream()
                .map(CriMessages::filesystem)
                .toList();
    }

    @Override
    public List<ContainerStats> stats() {
        var answer = call(() -> runtime().listContainerStats(Cri.ListContainerStatsRequest.getDefaultInstance()));
        return answer.getStatsList().stream().map(CriMessages::stats).toList();
    }

    @Override
    public Subscription events(Consumer<ContainerEvent> listener) {
        var watch = new EventWatch(listener);
        watch.subscribe();
        return watch;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) return;
        channel.shutdownNow();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private RuntimeServiceGrpc.RuntimeServiceBlockingStub runtime() {
        return runtime(CALL);
    }

    private RuntimeServiceGrpc.RuntimeServiceBlockingStub runtime(Duration limit) {
        return RuntimeServiceGrpc.newBlockingStub(channel).withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private ImageServiceGrpc.ImageServiceBlockingStub images(Duration limit) {
        return ImageServiceGrpc.newBlockingStub(channel).withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Cri.ImageSpec spec(String name) {
        return Cri.ImageSpec.newBuilder().setImage(name).build();
    }

    /// containerd keeps the objects of the runtime interface under a name of its own.
    private static io.grpc.ClientInterceptor inKubernetesNamespace() {
        var headers = new Metadata();
        headers.put(NAMESPACE, Containerd.NAMESPACE);
        return MetadataUtils.newAttachHeadersInterceptor(headers);
    }

    private <T> T call(Supplier<T> call) {
        try {
            return call.get();
        } catch (StatusRuntimeException failure) {
            throw translated(failure);
        }
    }

    private <T> Optional<T> find(Supplier<T> call) {
        try {
            return Optional.of(call.get());
        } catch (StatusRuntimeException failure) {
            if (failure.getStatus().getCode() == Status.Code.NOT_FOUND) return Optional.empty();
            throw translated(failure);
        }
    }

    private <T> void unlessGone(Supplier<T> call) {
        find(call);
    }

    private ContainerRuntimeException translated(StatusRuntimeException failure) {
        String said = failure.getStatus().getDescription();
        var code = switch (failure.getStatus().getCode()) {
            case NOT_FOUND -> Code.NOT_FOUND;
            case DEADLINE_EXCEEDED -> Code.DEADLINE_EXCEEDED;
            case UNAVAILABLE -> Code.UNAVAILABLE;
            case UNIMPLEMENTED -> Code.UNIMPLEMENTED;
            default -> Code.OTHER;
        };
        return new ContainerRuntimeException(
                code,
                said == null || said.isEmpty() ? failure.getStatus().getCode().toString() : said,
                failure);
    }

    /// Looks at containerd's downloads from time to time while a pull goes on. Layers that are done drop out of
    /// that
    /// list, so
    /// the last seen of each is kept. A runtime without such a list gives no progress.
    private final class PullWatch implements AutoCloseable {
        private final Consumer<PullProgress> progress;
        private final Map<String, ContainerdContent.Status> seen = new HashMap<>();
        private final AtomicBoolean done = new AtomicBoolean();

        PullWatch(Consumer<PullProgress> progress) {
            this.progress = progress;
        }

        void next() {
            clock.after(PROGRESS, this::look);
        }

        private void look() {
            if (done.get()) return;
            try {
                var answer = ContentGrpc.newBlockingStub(channel)
                        .withInterceptors(inKubernetesNamespace())
                        .withDeadlineAfter(5, TimeUnit.SECONDS)
                        .listStatuses(ContainerdContent.ListStatusesRequest.getDefaultInstance());
                for (var status : answer.getStatusesList()) seen.put(status.getRef(), status);
            } catch (StatusRuntimeException unsupported) {
                return;
            }
            long arrived = seen.values().stream()
                    .mapToLong(ContainerdContent.Status::getOffset)
                    .sum();
            long total = seen.values().stream()
                    .mapToLong(ContainerdContent.Status::getTotal)
                    .sum();
            if (total > 0 && !done.get()) progress.accept(new PullProgress(arrived, total));
            next();
        }

        @Override
        public void close() {
            done.set(true);
        }
    }

    /// Reads containerd's event stream, and opens it again when it breaks.
    private final class EventWatch implements Subscription {
        private final Consumer<ContainerEvent> listener;
        private final AtomicBoolean ended = new AtomicBoolean();
        private volatile Runnable cancel = () -> {};

        EventWatch(Consumer<ContainerEvent> listener) {
            this.listener = listener;
        }

        void subscribe() {
            if (ended.get() || closed.get()) return;
            var request = ContainerdEvents.SubscribeRequest.newBuilder()
                    .addFilters("namespace==" + Containerd.NAMESPACE + ",topic~=/tasks/")
                    .build();
            EventsGrpc.newStub(channel)
                    .subscribe(
                            request,
                            new ClientResponseObserver<ContainerdEvents.SubscribeRequest, ContainerdEvents.Envelope>() {
                                @Override
                                public void beforeStart(
                                        ClientCallStreamObserver<ContainerdEvents.SubscribeRequest> stream) {
                                    cancel = () -> stream.cancel("closed", null);
                                }

                                @Override
                                public void onNext(ContainerdEvents.Envelope envelope) {
                                    event(envelope).ifPresent(listener);
                                }

                                @Override
                                public void onError(Throwable failure) {
                                    if (Status.fromThrowable(failure).getCode() != Status.Code.UNIMPLEMENTED) again();
                                }

                                @Override
                                public void onCompleted() {
                                    again();
                                }
                            });
        }

        private void again() {
            if (!ended.get() && !closed.get()) clock.after(RESUBSCRIBE, this::subscribe);
        }

        @Override
        public void close() {
            ended.set(true);
            cancel.run();
        }
    }

    private static Optional<ContainerEvent> event(ContainerdEvents.Envelope envelope) {
        var type = switch (envelope.getTopic()) {
            case "/tasks/start" -> ContainerEvent.Type.STARTED;
            case "/tasks/exit" -> ContainerEvent.Type.STOPPED;
            case "/tasks/oom" -> ContainerEvent.Type.OUT_OF_MEMORY;
            case "/tasks/delete" -> ContainerEvent.Type.DELETED;
            default -> null;
        };
        if (type == null) return Optional.empty();
        try {
            var task = ContainerdEvents.TaskEvent.parseFrom(envelope.getEvent().getValue());
            boolean ofCommand =
                    type == ContainerEvent.Type.STOPPED && !task.getId().equals(task.getContainerId());
            return ofCommand ? Optional.empty() : Optional.of(new ContainerEvent(task.getContainerId(), type));
        } catch (InvalidProtocolBufferException unknown) {
            return Optional.empty();
        }
    }
}
