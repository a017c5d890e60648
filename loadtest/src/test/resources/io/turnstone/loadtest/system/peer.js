// One side of a call between two real browsers: a drawn video, a data channel that echoes, relay candidates only.
window.peer = (() => {
    const FRAMES_PER_SECOND = 15;
    const PROBE_MS = 50;
    const state = { sent: 0, echoed: 0, mirrored: 0, channelOpen: false };
    let connection;
    let story = { fromMs: 0, frames: [], iceStates: [], before: null };

    function drawnVideo() {
        const canvas = document.createElement('canvas');
        canvas.width = 320;
        canvas.height = 240;
        const context = canvas.getContext('2d');
        let frame = 0;
        setInterval(() => {
            context.fillStyle = `hsl(${frame++ % 360} 80% 50%)`;
            context.fillRect(0, 0, canvas.width, canvas.height);
            context.fillStyle = '#fff';
            context.fillText(`frame ${frame}`, 20 + frame % 200, 120);
        }, 1000 / FRAMES_PER_SECOND);
        return canvas.captureStream(FRAMES_PER_SECOND);
    }

    function open(iceServer) {
        connection = new RTCPeerConnection({ iceServers: [iceServer], iceTransportPolicy: 'relay' });
        const stream = drawnVideo();
        stream.getTracks().forEach(track => connection.addTrack(track, stream));
        connection.ontrack = event => {
            const video = document.createElement('video');
            video.muted = true;
            video.autoplay = true;
            video.srcObject = event.streams[0];
            document.body.append(video);
            const onFrame = () => {
                story.frames.push(performance.now());
                video.requestVideoFrameCallback(onFrame);
            };
            video.requestVideoFrameCallback(onFrame);
        };
        connection.oniceconnectionstatechange = () => story.iceStates.push(
            { state: connection.iceConnectionState, afterMs: performance.now() - story.fromMs });
        connection.ondatachannel = event => {
            event.channel.onmessage = message => {
                state.mirrored++;
                event.channel.send(message.data);
            };
        };
    }

    function probe() {
        const channel = connection.createDataChannel('probe', { ordered: false, maxRetransmits: 0 });
        channel.onopen = () => {
            state.channelOpen = true;
            setInterval(() => channel.send(String(state.sent++)), PROBE_MS);
        };
        channel.onmessage = () => state.echoed++;
    }

    async function gathered() {
        if (connection.iceGatheringState !== 'complete') {
            await new Promise(resolve => {
                connection.onicegatheringstatechange = () => connection.iceGatheringState === 'complete' && resolve();
            });
        }
        return connection.localDescription.sdp;
    }

    async function measure() {
        const stats = [...(await connection.getStats()).values()];
        const transport = stats.find(each => each.type === 'transport');
        const pair = stats.find(each => transport && each.id === transport.selectedCandidatePairId);
        const local = stats.find(each => pair && each.id === pair.localCandidateId);
        const remote = stats.find(each => pair && each.id === pair.remoteCandidateId);
        const video = stats.find(each => each.type === 'inbound-rtp' && each.kind === 'video');
        return {
            pair: pair?.id ?? '',
            localType: local?.candidateType ?? '',
            localPort: local?.port ?? 0,
            remoteType: remote?.candidateType ?? '',
            framesDecoded: video?.framesDecoded ?? 0,
            packetsLost: video?.packetsLost ?? 0,
        };
    }

    function longestGap() {
        const times = [...story.frames, performance.now()];
        return times.slice(1).reduce((longest, atMs, i) => Math.max(longest, atMs - times[i]), 0);
    }

    return {
        // From now on outcome() counts anew.
        async mark() {
            story = { fromMs: performance.now(), frames: story.frames.slice(-1), iceStates: [], before: await measure() };
        },
        async outcome() {
            const after = await measure();
            return {
                gapMs: longestGap(),
                iceStates: story.iceStates,
                packetsLost: after.packetsLost - story.before.packetsLost,
                pairChanges: after.pair === story.before.pair ? 0 : 1,
            };
        },
        async offer(iceServer) {
            open(iceServer);
            probe();
            await connection.setLocalDescription(await connection.createOffer());
            return gathered();
        },
        async answer([iceServer, sdp]) {
            open(iceServer);
            await connection.setRemoteDescription({ type: 'offer', sdp });
            await connection.setLocalDescription(await connection.createAnswer());
            return gathered();
        },
        async accept(sdp) {
            await connection.setRemoteDescription({ type: 'answer', sdp });
        },
        async report() {
            return { ...state, connection: connection.connectionState, ...(await measure()) };
        },
    };
})();
