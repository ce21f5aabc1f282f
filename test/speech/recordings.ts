import { createHash } from "node:crypto";

/** A WAV file with a tone: a real header, so that a reader of headers has something to read. */
export function wavTone({
  channels = 1,
  sampleRateHz = 8000,
  durationSec = 0.1,
  bitsPerSample = 16,
  formatTag = 1,
}: {
  channels?: number;
  sampleRateHz?: number;
  durationSec?: number;
  bitsPerSample?: number;
  /** 1 is PCM, 6 A-law, 7 µ-law. */
  formatTag?: number;
} = {}): Uint8Array {
  const frames = Math.round(sampleRateHz * durationSec);
  const bytesPerFrame = (channels * bitsPerSample) / 8;
  const file = Buffer.alloc(44 + frames * bytesPerFrame);
  file.write("RIFF", 0, "latin1");
  file.writeUInt32LE(file.length - 8, 4);
  file.write("WAVEfmt ", 8, "latin1");
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(formatTag, 20);
  file.writeUInt16LE(channels, 22);
  file.writeUInt32LE(sampleRateHz, 24);
  file.writeUInt32LE(sampleRateHz * bytesPerFrame, 28);
  file.writeUInt16LE(bytesPerFrame, 32);
  file.writeUInt16LE(bitsPerSample, 34);
  file.write("data", 36, "latin1");
  file.writeUInt32LE(frames * bytesPerFrame, 40);
  if (bitsPerSample === 16)
    for (let at = 0; at < frames * channels; at += 1)
      file.writeInt16LE(
        Math.round(8000 * Math.sin((2 * Math.PI * 440 * Math.floor(at / channels)) / sampleRateHz)),
        44 + at * 2,
      );
  return file;
}

/** The four header bytes of a Layer 3 frame and the frame's length (ISO 11172-3 §2.4.1.3; 13818-3; MPEG 2.5). */
const mp3Frames = {
  "8000 mono": { header: [0xff, 0xe3, 0x18, 0xc0], length: 72 },
  "8000 stereo": { header: [0xff, 0xe3, 0x18, 0x00], length: 72 },
  "16000 mono": { header: [0xff, 0xf3, 0x28, 0xc0], length: 72 },
  "44100 stereo": { header: [0xff, 0xfb, 0x90, 0x00], length: 417 },
};

/** An MP3 file of silent frames. */
export function mp3Silence(kind: keyof typeof mp3Frames, frames = 20): Uint8Array {
  const { header, length } = mp3Frames[kind];
  const frame = Buffer.alloc(length);
  frame.set(header);
  return Buffer.concat(Array.from({ length: frames }, () => frame));
}

/** Puts an ID3v2.3 tag with a cover picture in front of an MP3. */
export function withCover(mp3: Uint8Array, pictureBytes: number): Uint8Array {
  const picture = Buffer.alloc(pictureBytes, "\xff\xd8\xff\xe0 not a real picture ", "latin1");
  const content = Buffer.concat([Buffer.from("\0image/jpeg\0\x03\0", "latin1"), picture]);
  const frame = Buffer.alloc(10);
  frame.write("APIC", "latin1");
  frame.writeUInt32BE(content.length, 4);
  const size = frame.length + content.length;
  const sevenBits = [21, 14, 7, 0].map((shift) => (size >> shift) & 0x7f);
  const tag = Buffer.from([...Buffer.from("ID3"), 3, 0, 0, ...sevenBits]);
  return Buffer.concat([tag, frame, content, mp3]);
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** 0.1 s of a tone, mono, 8 kHz, written by flac. */
export const flacMono8k: Uint8Array = Buffer.from(
  [
    "ZkxhQ4AAACIQABAAAALPAALPAfQA8AAAAyBbEMLadFpGwLqASUOCQpQB//h0CAADH/dKA0ceCznNTXdY0Vj4tKnuWe+hCAZf",
    "l4jAACIBDHoPJ0CCRhHJT2TOb5CZqHiRJj97arbSYe/BHSqSpkSqmCbD27efvjjXGXhIyZEi5R5Jv2tbu16feO5MudPGir6i",
    "31S3atVe8dHzBsQNlSK6vlKrlqzW+00eKmz5o0+wh7RtXLFehri+RNnzJwk0lxRs27Nmlvg4SNGxA2QLtNelXtXK1L3JggaO",
    "HjBdxJT+xasW6nmCz5c8cNlnl2O6tyzard7bPlStnjpMoql9Qt27Vb7fV4kdPHC5JZFmrZs3a/vOLhUwcETJBtBn+zZu2KVb",
    "Y9kDR08bIvJs/1rVyzU4x2JlhAyeKvJKeWLNyvW7z2eMHDpssRXW6qVds2a32eRAuXED5Ugwg5VsW7Nehri8UMnBAsRdR8+s",
    "W7lejzk2RNHjxkiXqC1GxcsWqXGGxIudPmCjyatCvZtXKPefLxk4dNln1Evqtqzbrd7bulytnjpV9tXulct1rP2mbhM8cOFy",
    "bCPdKvdt1aO+TJcycNnn2k26Na3crU64zUJnDxo4UZUWoV7NyzU4x2JGjZ02WdUV+r17dypzrw6YNHzZZ5hPytVi7apf8bPF",
    "jZs+XfZQ9qWLdmvRzxaLmzhw2QaQapWLNyvR5zYKGD5w0ULpNihXtXLFPjPsgYOnDhdlRfuxbs26fWWhI0YPHSr6ifle1crV",
    "qGnLZYr5wwaILpfU7Fu3Vo56NlTh4wbJrpd/W7Vyt/zk4TNHDR4kygx/YuXK1Ot8OCJw4dMlHUmP69q5aoeaeESh48cLsrKf",
    "1L1i1U814Ikzx4ucdWT9qVZuWqlDLRwubPGy5RRDunYu2a/nWRAmYPHDJNhDr+1at16WmnxE0dPFihqkyzf29e/m3hlRuVpU",
    "yJ0r9hre6KndR6+eDakKUQiYyorlAylQbzIGsUgQQqAvgSgNoAMAWsY=",
  ].join(""),
  "base64",
);

/** 0.1 s of a tone, mono, from 8 kHz, written by opusenc. */
export const opusMono8k: Uint8Array = Buffer.from(
  [
    "T2dnUwACAAAAAAAAAACElFwQAAAAANcBYm8BE09wdXNIZWFkAQE4AUAfAAAAAABPZ2dTAAAAAAAAAAAAAISUXBABAAAASOvq",
    "WAGBT3B1c1RhZ3MfAAAAbGlib3B1cyAxLjMuMSwgbGlib3B1c2VuYyAwLjIuMQIAAAAjAAAARU5DT0RFUj1vcHVzZW5jIGZy",
    "b20gb3B1cy10b29scyAwLjInAAAARU5DT0RFUl9PUFRJT05TPS0tcGFkZGluZyAwIC0tYml0cmF0ZSA2T2dnUwAE+BMAAAAA",
    "AACElFwQAgAAANDUsYgGDRYQERIWCIUq9b7Lp3c/3INJ4Ai3ZXnspIiCAy5nwkI0f11dK07K+BgIsf/K+v7iyMiVSsdJwTpd",
    "CLH/yvr+4sYck0ysJOkPYkAIsf/K+vpnKIiHscteOvi+vMAIs1vPtRZdIlFNEWNo+joqay4+nluA",
  ].join(""),
  "base64",
);

/** 0.1 s of a tone, stereo, from 16 kHz, written by opusenc. */
export const opusStereo16k: Uint8Array = Buffer.from(
  [
    "T2dnUwACAAAAAAAAAADa7hQlAAAAAHY2EKMBE09wdXNIZWFkAQI4AYA+AAAAAABPZ2dTAAAAAAAAAAAAANruFCUBAAAA2SCk",
    "8wGBT3B1c1RhZ3MfAAAAbGlib3B1cyAxLjMuMSwgbGlib3B1c2VuYyAwLjIuMQIAAAAjAAAARU5DT0RFUj1vcHVzZW5jIGZy",
    "b20gb3B1cy10b29scyAwLjInAAAARU5DT0RFUl9PUFRJT05TPS0tcGFkZGluZyAwIC0tYml0cmF0ZSA2T2dnUwAE+BMAAAAA",
    "AADa7hQlAgAAAPldDBMGDRcTDxIbCIUq9b7Lp3c/3INJ4Ai3ZXnspIiB+Gs4mVW+XkjdrgLtMnuACLH/yvr+4sjIl/pi7piX",
    "2r+C+Aix/8r6+mcNPJL3518CMAix/8r6/uLUjoEwG9XkgeK8sAizVl34AFeoTlWz3lGnhNUwPt+vY0/0kvaHtw==",
  ].join(""),
  "base64",
);

/** 0.1 s of a tone in Ogg Vorbis: sound that no recogniser here takes. */
export const vorbisMono8k: Uint8Array = Buffer.from(
  [
    "T2dnUwACAAAAAAAAAABWJuwnAAAAAGprniIBHgF2b3JiaXMAAAAAAUAfAAAAAAAAgFcAAAAAAACZAU9nZ1MAAAAAAAAAAAAA",
    "VibsJwEAAADWbZryC2D///////////+1A3ZvcmJpczQAAABYaXBoLk9yZyBsaWJWb3JiaXMgSSAyMDIwMDcwNCAoUmVkdWNp",
    "bmcgRW52aXJvbm1lbnQpAQAAABgAAABDb21tZW50PVByb2Nlc3NlZCBieSBTb1gBBXZvcmJpcxJCQ1YBAAABAAxSFCElGVNK",
    "YwiVUlIpBR1jUFtHHWPUOUYhZBBTiEkZpXtPKpVYSsgRUlgpRR1TTFNJlVKWKUUdYxRTSCFT1jFloXMUS4ZJCSVsTa50Fkvo",
    "mWOWMUYdY85aSp1j1jFFHWNSUkmhcxg6ZiVkFDpGxehifDA6laJCKL7H3lLpLYWKW4q91xpT6y2EGEtpwQhhc+211dxKasUY",
    "Y4wxxsXiUyiC0JBVAAABAABABAFCQ1YBAAoAAMJQDEVRgNCQVQBABgCAABRFcRTHcRxHkiTLAkJDVgEAQAAAAgAAKI7hKJIj",
    "SZJkWZZlWZameZaouaov+64u667t6roOhIasBADIAAAYhiGH3knMkFOQSSYpVcw5CKH1DjnlFGTSUsaYYoxRzpBTDDEFMYbQ",
    "KYUQ1E45pQwiCENInWTOIEs96OBi5zgQGrIiAIgCAACMQYwhxpBzDEoGIXKOScggRM45KZ2UTEoorbSWSQktldYi55yUTkom",
    "pbQWUsuklNZCKwUAAAQ4AAAEWAiFhqwIAKIAABCDkFJIKcSUYk4xh5RSjinHkFLMOcWYcowx6CBUzDHIHIRIKcUYc0455iBk",
    "DCrmHIQMMgEAAAEOAAABFkKhISsCgDgBAIMkaZqlaaJoaZooeqaoqqIoqqrleabpmaaqeqKpqqaquq6pqq5seZ5peqaoqp4p",
    "qqqpqq5rqqrriqpqy6ar2rbpqrbsyrJuu7Ks256qyrapurJuqq5tu7Js664s27rkearqmabreqbpuqrr2rLqurLtmabriqor",
    "26bryrLryratyrKua6bpuqKr2q6purLtyq5tu7Ks+6br6rbqyrquyrLu27au+7KtC7vourauyq6uq7Ks67It67Zs20LJ81TV",
    "M03X9UzTdVXXtW3VdW1bM03XNV1XlkXVdWXVlXVddWVb90zTdU1XlWXTVWVZlWXddmVXl0XXtW1Vln1ddWVfl23d92VZ133T",
    "dXVblWXbV2VZ92Vd94VZt33dU1VbN11X103X1X1b131htm3fF11X11XZ1oVVlnXf1n1lmHWdMLqurqu27OuqLOu+ruvGMOu6",
    "MKy6bfyurQvDq+vGseu+rty+j2rbvvDqtjG8um4cu7Abv+37xrGpqm2brqvrpivrumzrvm/runGMrqvrqiz7uurKvm/ruvDr",
    "vi8Mo+vquirLurDasq/Lui4Mu64bw2rbwu7aunDMsi4Mt+8rx68LQ9W2heHVdaOr28ZvC8PSN3a+AACAAQcAgAATykChISsC",
    "gDgBAAYhCBVjECrGIIQQUgohpFQxBiFjDkrGHJQQSkkhlNIqxiBkjknIHJMQSmiplNBKKKWlUEpLoZTWUmotptRaDKG0FEpp",
    "rZTSWmopttRSbBVjEDLnpGSOSSiltFZKaSlzTErGoKQOQiqlpNJKSa1lzknJoKPSOUippNJSSam1UEproZTWSkqxpdJKba3F",
    "GkppLaTSWkmptdRSba21WiPGIGSMQcmck1JKSamU0lrmnJQOOiqZg5JKKamVklKsmJPSQSglg4xKSaW1kkoroZTWSkqxhVJa",
    "a63VmFJLNZSSWkmpxVBKa621GlMrNYVQUgultBZKaa21VmtqLbZQQmuhpBZLKjG1FmNtrcUYSmmtpBJbKanFFluNrbVYU0s1",
    "lpJibK3V2EotOdZaa0ot1tJSjK21mFtMucVYaw0ltBZKaa2U0lpKrcXWWq2hlNZKKrGVklpsrdXYWow1lNJiKSm1kEpsrbVY",
    "W2w1ppZibLHVWFKLMcZYc0u11ZRai621WEsrNcYYa2415VIAAMCAAwBAgAlloNCQlQBAFAAAYAxjjEFoFHLMOSmNUs45JyVz",
    "DkIIKWXOQQghpc45CKW01DkHoZSUQikppRRbKCWl1losAACgwAEAIMAGTYnFAQoNWQkARAEAIMYoxRiExiClGIPQGKMUYxAq",
    "pRhzDkKlFGPOQcgYc85BKRljzkEnJYQQQimlhBBCKKWUAgAAChwAAAJs0JRYHKDQkBUBQBQAAGAMYgwxhiB0UjopEYRMSiel",
    "kRJaCylllkqKJcbMWomtxNhICa2F1jJrJcbSYkatxFhiKgAA7MABAOzAQig0ZCUAkAcAQBijFGPOOWcQYsw5CCE0CDHmHIQQ",
    "Ksaccw5CCBVjzjkHIYTOOecghBBC55xzEEIIoYMQQgillNJBCCGEUkrpIIQQQimldBBCCKGUUgoAACpwAAAIsFFkc4KRoEJD",
    "VgIAeQAAgDFKOSclpUYpxiCkFFujFGMQUmqtYgxCSq3FWDEGIaXWYuwgpNRajLV2EFJqLcZaQ0qtxVhrziGl1mKsNdfUWoy1",
    "5tx7ai3GWnPOuQAA3AUHALADG0U2JxgJKjRkJQCQBwBAIKQUY4w5h5RijDHnnENKMcaYc84pxhhzzjnnFGOMOeecc4wx55xz",
    "zjnGmHPOOeecc84556CDkDnnnHPQQeicc845CCF0zjnnHIQQCgAAKnAAAAiwUWRzgpGgQkNWAgDhAACAMZRSSimllFJKqKOU",
    "UkoppZRSAiGllFJKKaWUUkoppZRSSimllFJKKaWUUkoppZRSSimllFJKKaWUUkoppZRSSimllFJKKaWUUkoppZRSSimllFJK",
    "KaWUUkoppZRSSimllFJKKaWUUkoppZRSSimllFJKKaWUUkoppZRSSimVUkoppZRSSimllFJKKaUAIN8KBwD/BxtnWEk6KxwN",
    "LjRkJQAQDgAAGMMYhIw5JyWlhjEIpXROSkklNYxBKKVzElJKKYPQWmqlpNJSShmElGILIZWUWgqltFZrKam1lFIoKcUaS0qp",
    "pdYy5ySkklpLrbaYOQelpNZaaq3FEEJKsbXWUmuxdVJSSa211lptLaSUWmstxtZibCWlllprqcXWWkyptRZbSy3G1mJLrcXY",
    "YosxxhoLAOBucACASLBxhpWks8LR4EJDVgIAIQEABDJKOeecgxBCCCFSijHnoIMQQgghREox5pyDEEIIIYSMMecghBBCCKGU",
    "kDHmHIQQQgghhFI65yCEUEoJpZRSSucchBBCCKWUUkoJIYQQQiillFJKKSGEEEoppZRSSiklhBBCKKWUUkoppYQQQiillFJK",
    "KaWUEEIopZRSSimllBJCCKGUUkoppZRSQgillFJKKaWUUkooIYRSSimllFJKCSWUUkoppZRSSikhlFJKKaWUUkoppQAAgAMH",
    "AIAAI+gko8oibDThwgMQAAAAAgACTACBAYKCUQgChBEIAAAAAAAIAPgAAEgKgIiIaOYMDhASFBYYGhweICIkAAAAAAAAAAAA",
    "AAAABE9nZ1MABCADAAAAAAAAVibsJwIAAABkykf4BSITEyMvppzR/usVANwfAUCNnMiJXH5PmlajTfvz5EeYJlzXdd3PU66d",
    "md2NVwDwVAEAAAAEQi7NxxSunZndjVcAoCoAAABASCGVgaoBqpiZ98orABgmAiADAGk2+/7EyPuBBvD6BlsqtZboHc6bGA+G",
    "zZNAiD9vYCmgMgAAFVTMLx57khzS3N3K3H1l7r4yD76sD77sdDTZ4g/WLbzrAQ==",
  ].join(""),
  "base64",
);
