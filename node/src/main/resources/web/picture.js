// What a side sends: the camera, or a picture that moves by itself.

const FRAMES_PER_SECOND = 24;

/** A moving picture for machines without a camera: a clock hand, a drifting bird and a frame number. */
function syntheticStream(label, hue) {
  const canvas = Object.assign(document.createElement("canvas"), {width: 640, height: 480});
  const pen = canvas.getContext("2d");
  let frame = 0;
  const draw = () => {
    frame++;
    const turn = frame / FRAMES_PER_SECOND;
    const sky = pen.createLinearGradient(0, 0, 0, canvas.height);
    sky.addColorStop(0, `hsl(${hue + 14 * Math.sin(turn / 3)} 46% 34%)`);
    sky.addColorStop(1, `hsl(${hue + 40} 52% 62%)`);
    pen.fillStyle = sky;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    drawWaves(pen, canvas, turn);
    pen.fillStyle = "#ffffff";
    pen.textAlign = "center";
    pen.font = "600 190px system-ui, sans-serif";
    pen.fillText(label, canvas.width / 2, 270);
    pen.font = "24px ui-monospace, monospace";
    pen.fillText(`frame ${frame}`, canvas.width / 2, 322);
    drawHand(pen, canvas.width / 2, 205, turn);
  };
  draw();
  const timer = setInterval(draw, 1000 / FRAMES_PER_SECOND);
  const stream = canvas.captureStream(FRAMES_PER_SECOND);
  return {stream, stop: () => { clearInterval(timer); stream.getTracks().forEach(track => track.stop()); }};
}

function drawWaves(pen, canvas, turn) {
  for (let row = 0; row < 3; row++) {
    pen.fillStyle = `rgba(255,255,255,${0.10 + row * 0.06})`;
    pen.beginPath();
    pen.moveTo(0, canvas.height);
    for (let x = 0; x <= canvas.width; x += 16) {
      pen.lineTo(x, 372 + row * 32 + 12 * Math.sin(x / 74 + turn * (1.1 + row * 0.5) + row * 2));
    }
    pen.lineTo(canvas.width, canvas.height);
    pen.fill();
  }
}

function drawHand(pen, x, y, turn) {
  pen.strokeStyle = "rgba(255,255,255,.75)";
  pen.lineWidth = 6;
  pen.lineCap = "round";
  pen.beginPath();
  pen.arc(x, y, 160, turn, turn + 1.2);
  pen.stroke();
}

/** The camera when wanted and allowed, else a picture of its own. */
export async function localStream(label, hue, wantCamera) {
  if (wantCamera && navigator.mediaDevices) {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({video: {width: 640, height: 480}, audio: true});
      return {stream, stop: () => stream.getTracks().forEach(track => track.stop())};
    } catch (refused) {
      console.info("no camera, so a synthetic picture:", refused.message);
    }
  }
  return syntheticStream(label, hue);
}
