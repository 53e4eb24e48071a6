// OpenNLP beside lib/lang: sentences, tokens and part-of-speech tags of the same files, on one thread.
//
// There are no models in Debian, so OpenNLP trains its own, once, with its default settings (maximum
// entropy, 100 iterations), on CORPUS: the train part of Universal Dependencies English EWT, which lib/lang
// learns from too. They are kept in DIR. What makes it faster is chosen: the 17 universal tags, and the tokenizer's short cut for
// words of letters and digits only.
//
// Usage: java -cp opennlp-tools.jar OpenNlpBench.java DIR CORPUS|- RUNS FILE...
// Prints "run SECONDS TOKENS" for each counted pass.
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import opennlp.tools.formats.conllu.ConlluSentence;
import opennlp.tools.formats.conllu.ConlluSentenceSampleStream;
import opennlp.tools.formats.conllu.ConlluStream;
import opennlp.tools.formats.conllu.ConlluTagset;
import opennlp.tools.formats.conllu.ConlluTokenSampleStream;
import opennlp.tools.postag.POSModel;
import opennlp.tools.postag.POSSample;
import opennlp.tools.postag.POSTaggerFactory;
import opennlp.tools.postag.POSTaggerME;
import opennlp.tools.sentdetect.SentenceDetectorFactory;
import opennlp.tools.sentdetect.SentenceDetectorME;
import opennlp.tools.sentdetect.SentenceModel;
import opennlp.tools.tokenize.TokenizerFactory;
import opennlp.tools.tokenize.TokenizerME;
import opennlp.tools.tokenize.TokenizerModel;
import opennlp.tools.util.FilterObjectStream;
import opennlp.tools.util.MarkableFileInputStreamFactory;
import opennlp.tools.util.ObjectStream;
import opennlp.tools.util.TrainingParameters;
import opennlp.tools.util.model.BaseModel;

public final class OpenNlpBench {
    private static final double WARM_SECONDS = 5;
    private static final int SENTENCES_A_SAMPLE = 10;

    // OpenNLP's own stream of this kind is not public.
    private static final class TagStream extends FilterObjectStream<ConlluSentence, POSSample> {
        TagStream(ObjectStream<ConlluSentence> sentences) {
            super(sentences);
        }

        @Override
        public POSSample read() throws IOException {
            ConlluSentence sentence = samples.read();
            if (sentence == null) {
                return null;
            }
            List<String> words = new ArrayList<>();
            List<String> tags = new ArrayList<>();
            for (var line : sentence.getWordLines()) {
                words.add(line.getForm());
                tags.add(line.getPosTag(ConlluTagset.U));
            }
            return new POSSample(words, tags);
        }
    }

    private static ConlluStream corpus(File file) throws IOException {
        return new ConlluStream(new MarkableFileInputStreamFactory(file));
    }

    private static void train(Path directory, File file) throws IOException {
        System.err.println("OpenNLP trains its models on " + file.getName() + ", this once");
        TrainingParameters settings = TrainingParameters.defaultParams();
        try (var samples = new ConlluSentenceSampleStream(corpus(file), SENTENCES_A_SAMPLE)) {
            var factory = new SentenceDetectorFactory("en", true, null, null);
            keep(SentenceDetectorME.train("en", samples, factory, settings), directory, "opennlp-sentence.bin");
        }
        try (var samples = new ConlluTokenSampleStream(corpus(file))) {
            var factory = new TokenizerFactory("en", null, true, null);
            keep(TokenizerME.train(samples, factory, settings), directory, "opennlp-token.bin");
        }
        try (var samples = new TagStream(corpus(file))) {
            keep(POSTaggerME.train("en", samples, settings, new POSTaggerFactory()), directory, "opennlp-tag.bin");
        }
    }

    private static void keep(BaseModel model, Path directory, String name) throws IOException {
        // Under another name first: a run that is broken off leaves no half of a model behind.
        Path part = directory.resolve(name + ".part");
        model.serialize(part);
        Files.move(part, directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }

    private final SentenceDetectorME sentences;
    private final TokenizerME tokenizer;
    private final POSTaggerME tagger;

    private OpenNlpBench(Path directory) throws IOException {
        sentences = new SentenceDetectorME(new SentenceModel(directory.resolve("opennlp-sentence.bin")));
        tokenizer = new TokenizerME(new TokenizerModel(directory.resolve("opennlp-token.bin")));
        tagger = new POSTaggerME(new POSModel(directory.resolve("opennlp-tag.bin")));
    }

    private long read(String text) {
        long tokens = 0;
        for (String paragraph : text.split("\n[ \t\r]*\n")) {
            for (String sentence : sentences.sentDetect(paragraph)) {
                tokens += tagger.tag(tokenizer.tokenize(sentence)).length;
            }
        }
        return tokens;
    }

    private long readAll(List<byte[]> texts) {
        long tokens = 0;
        for (byte[] text : texts) {
            tokens += read(new String(text, StandardCharsets.UTF_8));
        }
        return tokens;
    }

    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        if (!Files.exists(directory.resolve("opennlp-tag.bin"))) {
            Files.createDirectories(directory);
            train(directory, new File(arguments[1]));
        }
        int runs = Integer.parseInt(arguments[2]);
        List<byte[]> texts = new ArrayList<>();
        for (String file : Arrays.asList(arguments).subList(3, arguments.length)) {
            texts.add(Files.readAllBytes(Path.of(file)));
        }
        OpenNlpBench bench = new OpenNlpBench(directory);
        long begin = System.nanoTime();
        do {
            bench.readAll(texts);
        } while ((System.nanoTime() - begin) / 1e9 < WARM_SECONDS);
        for (int run = 0; run < runs; run++) {
            begin = System.nanoTime();
            long tokens = bench.readAll(texts);
            System.out.println("run " + (System.nanoTime() - begin) / 1e9 + " " + tokens);
        }
    }
}
